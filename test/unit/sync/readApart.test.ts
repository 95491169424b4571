import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionOf } from '../../../src/server/sync/connection';
import { ReaderThread } from '../../../src/server/sync/reader/readerThread';

/** Reads any message after a while, but for number 13, which kills it, and 0, which is the number of connections so far. */
const WORKER = `
  const { parentPort } = require('node:worker_threads');
  let connections = 0;
  parentPort.on('message', ({ kind, call, args }) => {
    const answer = (value) => parentPort.postMessage({ call, value, failure: null });
    if (kind === 'open') return answer([], ++connections);
    const opened = () => answer({ uidValidity: 7, uidNext: 20, exists: 2 });
    if (kind === 'command') return args[0] === 'Slow' ? setTimeout(opened, 300) : opened();
    if (kind !== 'read') return answer(null);
    if (args.uid === 0) return answer([{ uid: connections }]);
    if (args.uid === 13) throw new Error('died of it');
    setTimeout(() => answer([{ uid: args.uid }]), 300);
  });`;

let folder: string;
let reader: ReaderThread;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mail-reader-'));
  await writeFile(path.join(folder, 'worker.js'), WORKER);
  reader = new ReaderThread({ file: path.join(folder, 'worker.js') });
});
afterAll(async () => {
  await reader.stop();
  await rm(folder, { recursive: true, force: true });
});

const login = {
  endpoint: { host: 'imap.example', port: 993, secure: true },
  user: 'ann',
  accessToken: 'token',
  expiresAt: new Date(Date.now() + 3_600_000),
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
async function connected() {
  const connection = connectionOf(reader, login, log, new AbortController().signal, () => undefined);
  await connection.open('INBOX');
  const read = async (uid: number) =>
    (await connection.read('alone', { uid, findable: {} as never, dialect: 'sqlite' })).found as unknown[];
  return { connection, read };
}

test('a message that is read while that of another account kills the thread is read all the same, and only that one is to blame', async () => {
  const [innocent, guilty] = [await connected(), await connected()];
  const reading = innocent.read(1);
  await expect(guilty.read(13)).rejects.toMatchObject({ kind: 'transient', code: 'replyUnreadable' });
  expect(await reading).toEqual([{ uid: 1 }]);
  expect(await innocent.read(2)).toEqual([{ uid: 2 }]);
  // In its own thread it harms nobody any more.
  const other = await connected();
  const undisturbed = other.read(3);
  await guilty.connection.open('INBOX');
  await expect(guilty.read(13)).rejects.toMatchObject({ code: 'replyUnreadable' });
  expect(await undisturbed).toEqual([{ uid: 3 }]);
  for (const { connection } of [innocent, guilty, other]) await connection.close();
});

test('of two messages that are read at the same time only that one is to blame of which the thread dies', async () => {
  const { connection, read } = await connected();
  const [guilty, innocent] = await Promise.allSettled([read(13), read(1)]);
  expect(guilty).toMatchObject({ reason: { kind: 'transient', code: 'replyUnreadable' } });
  expect(innocent).toMatchObject({ value: [{ uid: 1 }] });
  await connection.close();
});

test('two that find the connection closed open one', async () => {
  const { connection, read } = await connected();
  const [before] = (await read(0)) as { uid: number }[];
  await connection.renew();
  await Promise.all([connection.open('INBOX'), connection.open('INBOX')]);
  expect(await read(0)).toEqual([{ uid: before!.uid + 1 }]);
  await connection.close();
});

test('a mailbox that was selected on a connection which has been replaced meanwhile is not taken for selected on the new one', async () => {
  const { connection } = await connected();
  const opening = connection.open('Slow');
  await connection.session();
  await connection.renew();
  await connection.session();
  await opening;
  await expect(connection.selected()).rejects.toMatchObject({ code: 'connectionLost' });
  await connection.close();
});
