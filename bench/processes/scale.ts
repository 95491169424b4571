/** What the measured app does where there is a million messages. */
import { listThreads } from '../../src/server/messages/threads';
import type { MailContext } from '../../src/server/context';
import type { TestApp } from '../../test/harness';
import type { Figure } from '../measure';
import { fillMail, type Scale } from '../scale/fill';
import { measureScale } from '../scale/measure';

/** The administrator has the largest account. */
const OWNER = '1';
const viewer = { userId: OWNER };
const WRITTEN_AT_ONCE = 100;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function durations(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let time = 0; time < times; time++) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  return taken;
}

export function scaleHandlers(running: () => { app: TestApp; mail: MailContext }) {
  let writing = false;
  const largestInbox = async (): Promise<{ mailboxId: string }> => {
    const model = running().mail.db.getCollection('mailboxes').model;
    const row = await model.findOne({ where: { userId: OWNER, role: 'inbox' }, raw: true });
    return { mailboxId: String((row as unknown as { id: unknown }).id) };
  };
  return {
    /** Writes messages, and rows of the host for its list to be compared with ours. */
    async fill({ scale, plainRows }: { scale: Scale; plainRows: number }) {
      const { app, mail } = running();
      await fillMail(mail, OWNER, scale, (line) => console.error(line));
      for (let user = 0; user < plainRows; user++) await app.createUser();
    },
    largestInbox,
    /** Milliseconds of each page. */
    list: ({ query, times }: { query: Parameters<typeof listThreads>[2]; times: number }) =>
      durations(times, () => listThreads(running().mail, viewer, query)),
    /** Lists and searches, as `measureScale` tells them. */
    async scale() {
      const { mail } = running();
      const figures: Figure[] = [];
      const filled = { accountId: '', ...(await largestInbox()) };
      for await (const figure of measureScale(mail, OWNER, filled)) figures.push(figure);
      return figures;
    },
    /** Flags of the inbox change, a hundred at once, until it is told to stop. */
    async writeMeanwhile() {
      const { db } = running().mail;
      const model = db.getCollection('mailMessages').model;
      const { mailboxId } = await largestInbox();
      writing = true;
      for (let uid = 0, flagged = true; writing; uid += WRITTEN_AT_ONCE) {
        await db.sequelize.transaction(async (transaction) => {
          const uids = Array.from({ length: WRITTEN_AT_ONCE }, (_none, index) => uid + index);
          await model.update(
            { flagged },
            { where: { mailboxId, uidValidity: 1, uid: uids }, transaction, hooks: false },
          );
        });
        if (uid > 5000) [uid, flagged] = [0, !flagged];
        await pause(5);
      }
    },
    stopWriting() {
      writing = false;
    },
  };
}
