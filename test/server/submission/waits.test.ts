/** Mail that cannot leave now and that nothing is wrong with: it waits, says why, and leaves once it can. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConnectionAcquireTimeoutError } from 'sequelize';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bob } from '../../../sandbox/outlook';
import { spooledPath } from '../../../src/server/submission/spool';
import { LIVE_EVENTS } from '../../../src/shared/constants';
import { beforeOutboxChanges, startWorld, type World } from './world';

let world: World;
const toBob = { to: [{ name: 'Bob', address: bob.upn }] };

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await world.box.reset();
  await world.mail.db.getCollection('mailOutbox').model.destroy({ where: {}, hooks: false });
});
afterAll(() => world?.stop());

/** Makes a postponed mail due at once. */
const due = (id: string) => world.arrange(id, { nextAttemptAt: new Date(Date.now() - 1000) });

test('mail that falls due while its account is paused waits, says why, and leaves when the account is resumed', async () => {
  const mails = [await world.queue(toBob), await world.queue(toBob)];
  const ask = (action: string) =>
    world.ann.agent.post(`/api/mailAccounts:${action}?filterByTk=${world.accountId}`).send({}).expect(200);
  await ask('pause');
  // However long ago it was due.
  for (const { id } of mails) await world.arrange(id, { sendAt: new Date(Date.now() - 5 * 86_400_000) });
  for (let round = 0; round < 6; round++) {
    await world.deliver();
    for (const { id } of mails) {
      const row = await world.row(id);
      expect(row).toMatchObject({ state: 'queued', attempts: 0, lastError: { code: 'accountPaused', who: 'user' } });
      expect(row.nextAttemptAt!.getTime()).toBeGreaterThan(Date.now());
      await due(id);
    }
  }
  await world.deliver();
  world.host.pushed.length = 0;
  await ask('resume');
  for (const { id } of mails) expect(await world.row(id)).toMatchObject({ nextAttemptAt: null, lastError: null });
  expect(world.host.pushed.map(({ message }) => message.type)).toContain(LIVE_EVENTS.outbox);
  await world.deliver();
  for (const { id } of mails) expect(await world.row(id)).toMatchObject({ state: 'sent', lastError: null });
  expect(await world.inbox(bob)).toHaveLength(2);
});

test('a mail that waits because of another one is shown so at once', async () => {
  world.box.control.failSmtp({ reply: 'tooManyConnections' });
  await world.queue(toBob);
  const second = await world.queue(toBob);
  world.host.pushed.length = 0;
  await world.deliver();
  expect(world.host.pushed.map(({ message }) => message.payload)).toContainEqual({
    accountId: world.accountId,
    outboxId: second.id,
  });
});

test('a mail whose end the database could not note waits, and leaves once', async () => {
  const { id } = await world.queue(toBob);
  beforeOutboxChanges(world.mail, ({ endingAt }) => {
    if (endingAt) throw new ConnectionAcquireTimeoutError(new Error('busy'));
  });
  try {
    await world.deliver();
  } finally {
    vi.restoreAllMocks();
  }
  const waiting = { state: 'queued', endingAt: null, lastError: { code: 'databaseBusy', kind: 'transient' } };
  expect(await world.row(id)).toMatchObject(waiting);
  expect(await world.inbox(bob)).toEqual([]);
  await due(id);
  await world.deliver();
  expect((await world.row(id)).state).toBe('sent');
  expect(await world.inbox(bob)).toEqual(['hello']);
});

describe('a mail whose file', () => {
  const attached = async () => {
    const { id } = await world.queue(toBob);
    const file = { id: 'a'.repeat(32), filename: 'a.txt', contentType: 'text/plain', size: 5 };
    await world.arrange(id, { attachments: [file] });
    const place = spooledPath(world.mail, id, file.id);
    mkdirSync(path.dirname(place), { recursive: true });
    return { id, place };
  };

  test.each<[string, (place: string) => void]>([
    ['breaks off while it is read', (place) => mkdirSync(place)],
    ['cannot be opened at the moment', (place) => symlinkSync(place, place)],
  ])('%s waits, and leaves when it can be read', async (_how, spoil) => {
    const { id, place } = await attached();
    spoil(place);
    await world.deliver();
    expect(await world.row(id)).toMatchObject({
      state: 'queued',
      attempts: 1,
      endingAt: null,
      lastError: { code: 'spoolUnavailable', kind: 'transient', who: 'administrator' },
    });
    rmSync(place, { recursive: true });
    writeFileSync(place, 'hello');
    await due(id);
    await world.deliver();
    expect(await world.row(id)).toMatchObject({ state: 'sent', lastError: null });
    expect(await world.inbox(bob)).toEqual(['hello']);
  });
});
