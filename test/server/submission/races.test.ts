import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { alice, bob } from '../../../sandbox/outlook';
import { deliverAccount } from '../../../src/server/submission/delivery';
import { cancelSending, scheduleDraft } from '../../../src/server/submission/queue';
import { submitMail } from '../../../src/server/submission/submit';
import type { OutboxValues } from '../../../src/server/submission/outbox';
import { beforeOutboxChanges, startWorld, type World } from './world';

let world: World;
const toBob = { to: [{ name: 'Bob', address: bob.upn }] };
const soon = () => new Date(Date.now() - 1000);
const outbox = () => world.mail.db.getCollection('mailOutbox').model;
const viewer = () => ({ userId: String(world.ann.id) });

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.box.reset();
  await outbox().destroy({ where: {}, hooks: false });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => world?.stop());

/** Changes a row just before somebody else's change of it, once. */
function justBefore(happens: (values: OutboxValues) => boolean, id: string, change: () => OutboxValues): void {
  let done = false;
  beforeOutboxChanges(world.mail, async (values) => {
    if (done || !happens(values)) return;
    done = true;
    await world.arrange(id, change());
  });
}

/** What sync has learnt of Sent. */
async function noteSent(): Promise<void> {
  const { uidValidity, uidNext } = await world.box.mail.list(alice.upn, 'Sent Items');
  const model = world.mail.db.getCollection('mailboxes').model;
  await model.destroy({ where: { accountId: world.accountId, role: 'sent' }, hooks: false });
  const row = { id: world.mail.newId(), accountId: world.accountId, userId: world.ann.id, path: 'Sent Items' };
  await model.create({ ...row, role: 'sent', uidValidity, uidNext }, { hooks: false });
}

describe('a waiting mail whose files are fetched at the same moment', () => {
  test('can be taken back', async () => {
    const { id, version } = await world.queue(toBob);
    justBefore(
      ({ state }) => state === 'draft',
      id,
      () => ({ version: version + 1 }),
    );
    expect((await cancelSending(world.mail, viewer(), id)).state).toBe('draft');
  });

  test('can be given another time', async () => {
    const { id, version } = await world.queue(toBob);
    const later = new Date(Date.now() + 3_600_000);
    justBefore(
      ({ sendAt }) => sendAt !== undefined,
      id,
      () => ({ version: version + 1 }),
    );
    expect((await scheduleDraft(world.mail, viewer(), id, later)).sendAt).toEqual(later);
  });
});

describe('a mail that the server took', () => {
  test('is sent, although another worker held it for lost meanwhile', async () => {
    const { id } = await world.queue(toBob);
    justBefore(
      ({ state }) => state === 'sent',
      id,
      () => ({ state: 'uncertain', deliveryEpoch: 999_999 }),
    );
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'sent', nextAttemptAt: null });
    expect((await world.row(id)).sentAt).not.toBeNull();
  });

  test('and that its author sent once more, keeps its files until it has left again', async () => {
    const { id } = await world.queue(toBob);
    const file = path.join(world.mail.storagePath, 'spool', id);
    await world.ann.agent.post(`/api/mailOutbox:cancel?filterByTk=${id}`).expect(200);
    await world.ann.agent.post(`/api/mailOutbox:upload?filterByTk=${id}`).attach('file', Buffer.from('a'), 'a.txt');
    await world.post(world.ann, 'send', id);
    await world.arrange(id, { sendAt: soon() });
    justBefore(
      ({ state }) => state === 'sent',
      id,
      () => ({ state: 'queued', deliveryEpoch: 999_999 }),
    );
    await world.deliver();
    expect(readdirSync(file)).toHaveLength(1);
  });

  test('before its author sent it once more, is known by the copy of the first time', async () => {
    world.box.control.failSmtp({ drop: 'accepted' });
    const { id } = await world.queue(toBob);
    await noteSent();
    await world.deliver();
    expect((await world.row(id)).state).toBe('uncertain');
    await world.post(world.ann, 'resolve', id, { arrived: false });
    await noteSent();
    world.box.control.failSmtp({ drop: 'data' });
    await world.deliver();
    expect((await world.row(id)).state).toBe('uncertain');
    await world.arrange(id, { nextAttemptAt: soon() });
    await world.deliver();
    expect((await world.row(id)).state).toBe('sent');
  });

  test('is followed up the same whoever learns of it', async () => {
    const address = 'settled.later@fabrikam.example';
    const correspondents = world.mail.db.getCollection('mailCorrespondents').model;
    const { id } = await world.queue({ to: [{ name: 'Later', address }] });
    await world.arrange(id, { state: 'uncertain', endingAt: soon() });
    await world.post(world.ann, 'resolve', id, { arrived: true });
    expect(await correspondents.count({ where: { address } })).toBe(1);
  });
});

test('a worker that is stopped while it waits for its token claims nothing any more', async () => {
  const { id } = await world.queue(toBob);
  await world.arrange(id, { deliveryEpoch: -1 });
  const stopping = new AbortController();
  const decrypt: typeof world.mail.decrypt = (...args) => {
    stopping.abort();
    return world.mail.decrypt(...args);
  };
  await deliverAccount({ ...world.mail, decrypt }, world.accountId, stopping.signal);
  expect(await world.row(id)).toMatchObject({ state: 'queued', deliveryEpoch: -1 });
});

test('mail that is due does not wait for a look into Sent, and one look serves all', async () => {
  await noteSent();
  const lost: string[] = [];
  for (let count = 0; count < 4; count++) lost.push((await world.queue(toBob)).id);
  const sentBefore = (({ uidValidity, uidNext }) => ({ uidValidity, uidNext }))(
    await world.box.mail.list(alice.upn, 'Sent Items'),
  );
  for (const id of lost) {
    await world.arrange(id, { state: 'uncertain', endingAt: soon(), nextAttemptAt: soon(), sentBefore });
  }
  await world.queue({ ...toBob, subject: 'due' });
  const leftBefore = vi.fn();
  const info: typeof world.mail.log.info = (message, meta) => {
    if (message === 'submission') leftBefore(world.box.control.state().imapCommands.length);
    world.mail.log.info(message, meta);
  };
  await deliverAccount(
    { ...world.mail, log: { ...world.mail.log, info } },
    world.accountId,
    new AbortController().signal,
  );
  expect(leftBefore.mock.calls).toEqual([[0]]);
  const signIns = world.box.control.state().imapCommands.filter(({ command }) => /^AUTHENTICATE/i.test(command));
  expect(signIns).toHaveLength(1);
});

describe('the same call', () => {
  const call = (attachments: object[]) =>
    submitMail(world.mail, viewer(), { idempotencyKey: 'key', ...toBob, subject: 'x', text: 'hi', attachments });
  const files = (id: string) => readdirSync(path.join(world.mail.storagePath, 'spool', id));

  test('made several times at once with files sends one mail, with each file once, and fails for nobody', async () => {
    const rows = await Promise.all(
      Array.from({ length: 6 }, () => call([{ filename: 'a.txt', content: Buffer.from('a') }])),
    );
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
    const row = await world.row(rows[0]!.id);
    expect(row.state).toBe('queued');
    expect(row.attachments).toHaveLength(1);
    expect(files(row.id)).toEqual([row.attachments[0]!.id]);
  });

  test('with a stream that is too large is cut there, and leaves no file', async () => {
    const accounts = world.mail.db.getCollection('mailAccounts').model;
    const largest = (octets: number | null) =>
      accounts.update({ largestMessage: octets }, { where: { id: world.accountId }, hooks: false });
    await largest(20_000_000);
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (; given < 60; given++) yield Buffer.alloc(1024 * 1024);
      })(),
    );
    const small = { filename: 'small.txt', content: Buffer.from('a') };
    await expect(call([small, { filename: 'endless.bin', content: endless }])).rejects.toMatchObject({
      code: 'attachmentsTooLarge',
    });
    await largest(null);
    expect(given).toBeLessThan(40);
    const draft = await outbox().findOne();
    expect(files(String(draft!.get('id')))).toEqual([]);
  });
});
