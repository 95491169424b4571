import { expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import type { Connection } from '../../../src/server/sync/connection';
import { fetchEach } from '../../../src/server/sync/fetchMessages';
import { findAlone } from '../../../src/server/sync/texts/find';

const place = { path: 'INBOX', uidValidity: 1 };
const all = Array.from({ length: 100 }, (_none, index) => index + 1);

/** A mailbox with these messages, as far as FETCH by UID goes. */
const connection = (
  there: readonly number[],
  read: Connection['read'] = () => Promise.reject(new Error('not asked')),
) =>
  ({
    open: async () => undefined,
    session: async () => ({ ask: async () => [...there], failure: () => new MailError('permanent', 'commandRefused') }),
    read,
  }) as unknown as Connection;

test('of a batch that costs the reader thread only the message is left out that is the reason', async () => {
  let threads = 0;
  const ask = async (uids: readonly number[]) => {
    if (uids.includes(77)) {
      threads += 1;
      throw new MailError('transient', 'replyUnreadable');
    }
    return { found: uids.map((uid) => ({ uid })), failure: null };
  };
  const { rows, missing } = await fetchEach(connection(all), place, all, ask);
  expect(missing).toEqual([77]);
  expect(rows.size).toBe(99);
  expect(threads).toBeLessThan(9);
});

test('what a refused command brought before is kept, and the rest is asked for again', async () => {
  const asked: number[] = [];
  const ask = async (uids: readonly number[]) => {
    asked.push(uids.length);
    const refused = asked.length === 1;
    const found = uids.slice(0, refused ? 40 : undefined).map((uid) => ({ uid }));
    return { found, failure: refused ? new MailError('permanent', 'commandRefused') : null };
  };
  const { rows, missing } = await fetchEach(connection(all), place, all, ask);
  expect([rows.size, missing.length]).toEqual([100, 0]);
  expect(asked).toEqual([100, 60]);
});

test.each([
  ['a lost connection', new MailError('transient', 'connectionLost')],
  ['our own mistake', new Error('a bug')],
])('%s is no fault of a message', async (_name, error) => {
  await expect(fetchEach(connection(all), place, all, () => Promise.reject(error))).rejects.toThrow();
});

const wanted = { id: '5', uid: 5, internalDate: new Date(0), subject: '', from: null, recipients: [] } as never;
const reading = { owner: { id: '1', userId: '1' }, dialect: 'sqlite' };
const alone = (error: unknown) =>
  findAlone(
    connection([5], () => Promise.reject(error)),
    place,
    reading,
    wanted,
  );

test.each<[string, unknown, string | null]>([
  ['costs the reader thread', new MailError('transient', 'replyUnreadable'), 'messageUnreadable'],
  ['breaks our reading of it', new MailError('permanent', 'bug'), 'messageUnreadable'],
  ['is refused', new MailError('permanent', 'messageUnreadable'), 'messageUnreadable'],
  ['is gone', new MailError('permanent', 'messageGone'), null],
])('a message that %s even alone is noted, and the others go on', async (_name, error, code) => {
  expect(await alone(error)).toMatchObject({ body: null, error: code });
});

test.each([new MailError('transient', 'connectionLost'), new TypeError('a bug on our side')])(
  '%s over a message read alone ends the pass',
  async (error) => {
    await expect(alone(error)).rejects.toBe(error);
  },
);
