/** Sending: how long the author waits, what a submission costs beside bare nodemailer, and what a large file costs in memory. */
import { setTimeout as pause } from 'node:timers/promises';
import { alice } from '../../sandbox/outlook/fixtures';
import { administratorOf, connect, type ApiClient } from '../client';
import type { FigureGroup, Settings } from '../measure';
import { startSmtpAnchor, type SandboxProcess } from '../parts';
import { forgetPeak, peakMemory, residentMemory } from '../processes/proc';
import { greetingDelay } from '../sending/greeting';
import { mailsToSend, type BenchMail } from '../sending/mails';
import { absolute, median, ratio } from '../statistics';
import { withApp, withSandbox, type World } from '../world';

const TARGETS = { enqueue: 20, submission: 1.2, memory: 60 };
const HOUR = 3_600_000;
const LARGE_FILE = 25 * 1024 * 1024;
const PATIENCE = 120_000;

const NAMES = {
  code: 'sending.enqueue.fromCode.p50.sqlite',
  submit: 'sending.enqueue.submit.p50.sqlite',
  send: 'sending.enqueue.send.p50.sqlite',
  floor: 'sending.enqueue.hostAlone.p50.sqlite',
  submission: 'sending.submission.sqlite.loopback',
  pooled: 'sending.submission.besideOneConnection.sqlite.loopback',
  memory: 'sending.memory25MB.sqlite.loopback',
};

const amounts = ({ quick }: Settings) => ({
  enqueued: quick ? 40 : 200,
  rounds: quick ? 3 : 7,
  each: quick ? 10 : 20,
  large: quick ? 1 : 3,
});

export const sending: FigureGroup = {
  name: 'sending',
  figures: () => Object.values(NAMES),
  async *measure(settings) {
    const { enqueued, rounds, each, large } = amounts(settings);
    const wanted = (...names: string[]) => names.some(settings.wants);
    const measured = await withSandbox(settings, [{ user: alice, mailbox: null }], (box) =>
      withApp(box, {}, async (world) => {
        await prepare(box, world);
        const result: { queue?: Enqueued; large: number[]; submissions: Submissions[] } = {
          large: [],
          submissions: [],
        };
        if (wanted(NAMES.memory)) {
          for (let round = 1; round <= large; round++) {
            settings.say(`sending: a file of 25 MB, round ${round} of ${large}`);
            result.large.push(await largeFile(box, world));
          }
        }
        if (wanted(NAMES.code, NAMES.submit, NAMES.send, NAMES.floor)) {
          settings.say(`sending: ${enqueued} mails are queued`);
          result.queue = await enqueue(world, enqueued);
        }
        if (wanted(NAMES.submission, NAMES.pooled)) {
          await world.app.call('stopWorker');
          for (let round = 0; round <= rounds; round++) {
            settings.say(`sending: ${each} mails by ours and by bare nodemailer, round ${round} of ${rounds}`);
            const submissions = await submitRound(box, world, mailsToSend(each, round + 1));
            // The first round finds cold code.
            if (round > 0) result.submissions.push(submissions);
          }
        }
        return result;
      }),
    );
    const { queue, submissions } = measured;
    if (queue) {
      yield absolute(NAMES.code, 'ms', TARGETS.enqueue, queue.code);
      // Over HTTP the host's part is beyond us: what its own trivial call takes stands beside.
      yield absolute(NAMES.submit, 'ms', null, queue.submit);
      yield absolute(NAMES.send, 'ms', null, queue.send);
      yield absolute(NAMES.floor, 'ms', null, queue.floor);
    }
    if (submissions.length > 0) {
      const alone = submissions.map(({ alone, fresh }) => ({ value: alone, anchor: fresh }));
      const inOneRound = submissions.map(({ inOneRound, pooled }) => ({ value: inOneRound, anchor: pooled }));
      yield ratio(NAMES.submission, TARGETS.submission, alone);
      yield ratio(NAMES.pooled, null, inOneRound);
    }
    if (measured.large.length > 0) yield absolute(NAMES.memory, 'MB', TARGETS.memory, measured.large);
  },
};

/** A connected mailbox, no time to undo, and no limit of mails a minute that would be measured instead. */
async function prepare(box: SandboxProcess, { app, client }: World): Promise<void> {
  const administrator = await administratorOf(app);
  await administrator.post('mailSettings:save', { undoSeconds: 0, messagesPerMinute: 1000, spoolMegabytes: 2000 });
  await connect(client, box, alice.upn);
  await app.call('reached', { stage: 'complete', accounts: 1 });
  // Code of sending is loaded by the first one.
  const [mail] = mailsToSend(5, 0).slice(-1);
  await sendWithFile(box, client, mail!.files[0]!.content);
  await app.call('settle');
}

interface OutboxRow {
  id: string;
  state: string;
  error: { code: string } | null;
}

const draftOf = ({ to, subject, html }: BenchMail, accountId: string) => ({
  accountId,
  to: [{ name: '', address: to }],
  subject,
  html,
});

async function accountOf(client: ApiClient): Promise<string> {
  const { accounts } = await client.get<{ accounts: { id: string }[] }>('mailAccounts:list');
  return accounts[0]!.id;
}

const inAnHour = () => new Date(Date.now() + HOUR).toISOString();

interface Enqueued {
  code: number[];
  submit: number[];
  send: number[];
  floor: number[];
}

/** Milliseconds until a mail is safely queued: by code, by one request, by the button of the composer; and of a request that does next to nothing. */
async function enqueue({ app, client }: World, count: number): Promise<Enqueued> {
  const accountId = await accountOf(client);
  const byCode = { accountId, mails: mailsToSend(count, 200), sendAt: inAnHour() };
  const result: Enqueued = { code: await app.call('enqueueFromCode', byCode), submit: [], send: [], floor: [] };
  const timed = async (list: number[], work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    list.push(performance.now() - started);
  };
  for (const [index, mail] of mailsToSend(count, 100).entries()) {
    const draft = draftOf(mail, accountId);
    await timed(result.floor, () => client.get('mailTemplates:list'));
    await timed(result.submit, () =>
      // In an hour: what is measured is the queue, not the delivery beside it.
      client.post('mailOutbox:submit', { ...draft, sendAt: inAnHour(), idempotencyKey: `bench-${index}` }),
    );
    // The composer has saved the draft by the time its author presses the button.
    const { id } = await client.post<OutboxRow>('mailOutbox:save', draft);
    await timed(result.send, () => client.post(`mailOutbox:schedule?filterByTk=${id}`, { sendAt: inAnHour() }));
  }
  return result;
}

/** Milliseconds a mail, the median of a round; where each had a connection of its own, without the server's greeting. */
interface Submissions {
  alone: number;
  fresh: number;
  inOneRound: number;
  pooled: number;
}

async function submitRound(box: SandboxProcess, { app, client }: World, mails: BenchMail[]): Promise<Submissions> {
  const accountId = await accountOf(client);
  const { smtp } = box.settings;
  const pooled = await bare(true);
  const inOneRound = await accepted(async () => {
    for (const mail of mails) await queue(mail);
    return app.call('deliverDue');
  });
  const greeting = await greetingDelay(smtp);
  const before = await bare(false);
  const alone = await accepted(async () => {
    const begun: number[] = [];
    for (const mail of mails) {
      await queue(mail);
      begun.push(...(await app.call('deliverDue')));
    }
    return begun;
  });
  const after = await bare(false);
  return { alone: alone - greeting, fresh: (before + after) / 2 - greeting, inOneRound, pooled };

  async function queue(mail: BenchMail): Promise<void> {
    const attachments = mail.files.map((file) => ({ ...file, content: file.content.toString('base64') }));
    const idempotencyKey = `round-${performance.now()}`;
    await client.post('mailOutbox:submit', { ...draftOf(mail, accountId), attachments, idempotencyKey });
  }

  /** From when each was begun until the server had it: the server's clock for all of them. */
  async function accepted(send: () => Promise<number[]>): Promise<number> {
    const { length } = await box.call('submissions');
    const begun = await send();
    const taken = (await box.call('submissions')).slice(length);
    if (taken.length !== begun.length) throw new Error('The server did not take every mail');
    return median(taken.map((at, index) => at - begun[index]!));
  }

  async function bare(pool: boolean): Promise<number> {
    const anchor = await startSmtpAnchor();
    const sending = { ...smtp, user: alice.upn, token: await box.call('token', { user: alice.upn }), pooled: pool };
    try {
      // Its code is cold as well.
      await anchor.call('send', { ...sending, mails: mails.slice(0, 2) });
      return await accepted(() => anchor.call('send', { ...sending, mails }));
    } finally {
      await anchor.stop();
    }
  }
}

/** MB that a file of 25 MB takes at most, from the browser's upload until the server has the mail. */
async function largeFile(box: SandboxProcess, { app, client }: World): Promise<number> {
  await app.call('settle');
  const idle = residentMemory(app.pid);
  forgetPeak(app.pid);
  await sendWithFile(box, client, Buffer.alloc(LARGE_FILE, 'The same words again and again. '));
  return peakMemory(app.pid) - idle;
}

/** As the composer does it: draft, upload, send. @throws Error when it was not taken by the server */
async function sendWithFile(box: SandboxProcess, client: ApiClient, content: Buffer): Promise<void> {
  const { length } = await box.call('submissions');
  const [mail] = mailsToSend(1, 7);
  const { id } = await client.post<OutboxRow>('mailOutbox:save', draftOf(mail!, await accountOf(client)));
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)], { type: 'application/octet-stream' }), 'large.bin');
  await client.upload(`mailOutbox:upload?filterByTk=${id}`, form);
  await client.post(`mailOutbox:send?filterByTk=${id}`, {});
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { state, error } = await client.get<OutboxRow>(`mailOutbox:get?filterByTk=${id}`);
    if (state === 'sent') break;
    if (state === 'failed' || state === 'uncertain' || Date.now() > deadline)
      throw new Error(`The large mail is ${state}: ${error?.code ?? ''}`);
    await pause(50);
  }
  if ((await box.call('submissions')).length !== length + 1) throw new Error('The server did not take the mail');
}
