import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Login } from '../../../src/server/context';
import { loggable, type MailError } from '../../../src/server/errors';
import { ReaderThread, type ReaderSession } from '../../../src/server/sync/reader/readerThread';

/** Misbehaves by the mailbox it is asked about, as a parser with a bug would. */
const BROKEN = `
  const { parentPort } = require('node:worker_threads');
  const started = Date.now();
  parentPort.on('message', ({ kind, call, session, args, login }) => {
    const answer = (value, failure = null) => parentPort.postMessage({ call, value, failure });
    const error = (error) => parentPort.postMessage({ call, error: { who: 'nobody', ...error } });
    if (kind === 'ping' || kind === 'close') return answer(null);
    if (kind === 'open' && login.user === 'refused') return error({ kind: 'reauthorize', code: 'loginRefused' });
    if (kind === 'open') return answer(['UIDPLUS']);
    if (kind !== 'command') return;
    const [what] = args;
    if (what === 'hang') for (;;);
    if (what === 'crash') throw new Error('crash');
    if (what === 'silence') return;
    if (what === 'mistake') {
      const mistake = { kind: 'permanent', code: 'bug', who: 'us', frames: ['    at there (file.js:1:1)'] };
      for (let time = 0; time < 3; time++) parentPort.postMessage({ session, mistake });
    }
    if (what === 'no') return answer(false, { kind: 'permanent', code: 'commandRefused', who: 'us' });
    if (what === 'end') return parentPort.postMessage({ session, ended: { kind: 'transient', code: 'connectionLost', who: 'nobody' } });
    if (what === 'bug') return error({ kind: 'permanent', code: 'bug', who: 'us', frames: ['    at there (file.js:1:1)'] });
    if (what === 'bye') {
      parentPort.postMessage({ session, ended: { kind: 'throttled', code: 'throttled', who: 'nobody', retryAfterMs: 7000 } });
      return error({ kind: 'throttled', code: 'throttled', retryAfterMs: 7000 });
    }
    answer({ path: what, thread: started });
  });`;

const login = (user = 'ann'): Login => ({
  endpoint: { host: 'imap.example', port: 993, secure: true },
  user,
  accessToken: 'token',
  expiresAt: new Date(Date.now() + 3_600_000),
});

let folder: string;
let file: string;
let reader: ReaderThread;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mail-reader-'));
  file = path.join(folder, 'brokenWorker.js');
  await writeFile(file, BROKEN);
});
beforeEach(() => {
  errors.mockClear();
  reader = new ReaderThread({ file, patience: 1500 });
});
afterEach(() => reader.stop());
afterAll(() => rm(folder, { recursive: true, force: true }));

const errors = vi.fn();
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: errors };
const open = (signal = new AbortController().signal) => reader.open(login(), { signal, turn: () => undefined, log });
const select = (session: ReaderSession, name: string) => session.ask((client) => client.mailboxOpen(name));
const lost = { kind: 'transient', code: 'connectionLost' };

test('a session is used as if its connection were here', async () => {
  const session = await open();
  expect(session.client.capabilities.has('UIDPLUS')).toBe(true);
  expect(await select(session, 'INBOX')).toMatchObject({ path: 'INBOX' });
  expect(session.usable).toBe(true);
  await session.close();
  expect(session.usable).toBe(false);
  await expect(select(session, 'INBOX')).rejects.toMatchObject(lost);
});

test('a refused login says so, and leaves the thread as it was', async () => {
  const session = await open();
  await expect(
    reader.open(login('refused'), { signal: new AbortController().signal, turn: () => undefined, log }),
  ).rejects.toMatchObject({
    kind: 'reauthorize',
    code: 'loginRefused',
  });
  expect(await select(session, 'INBOX')).toMatchObject({ path: 'INBOX' });
});

test('where the server says no, the reason is there', async () => {
  const session = await open();
  expect(await select(session, 'no')).toBe(false);
  expect(session.failure()).toMatchObject({ code: 'commandRefused', who: 'us' });
});

test('a connection that ends says why, with the time to wait', async () => {
  const session = await open();
  await expect(select(session, 'bye')).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 7000 });
  expect(session.usable).toBe(false);
  expect(session.failure()).toMatchObject({ kind: 'throttled', retryAfterMs: 7000 });
});

test.each(['hang', 'crash'])(
  'a thread that would %s costs its connections, and the next one gets another thread',
  async (what) => {
    const [first, second] = [await open(), await open()];
    const before = await select(first, 'INBOX');
    await expect(select(first, what)).rejects.toMatchObject(lost);
    expect([first.usable, second.usable]).toEqual([false, false]);
    expect(errors).toHaveBeenCalledWith('reader thread lost', expect.objectContaining({ connections: 2 }));
    const after = await select(await open(), 'INBOX');
    expect(after).not.toEqual(before);
  },
);

test.each(['hang', 'crash'])('what is read when a thread would %s may be the reason, and is told so', async (what) => {
  const session = await open();
  const reading = session.rows([1], { flags: true }).catch((error: unknown) => error);
  await expect(select(session, what)).rejects.toMatchObject(lost);
  expect(await reading).toMatchObject({ kind: 'transient', code: 'replyUnreadable' });
});

test('a server that is silent is no thread that hangs', async () => {
  const session = await open();
  const stop = new AbortController();
  const waiting = select(await open(stop.signal), 'silence').catch((error: unknown) => error);
  // Longer than its patience with a thread.
  await new Promise((resolve) => setTimeout(resolve, 3500));
  expect(await select(session, 'INBOX')).toMatchObject({ path: 'INBOX' });
  stop.abort();
  expect(await waiting).toMatchObject(lost);
});

test('an app that stood still itself does not blame the thread', async () => {
  const stop = new AbortController();
  const session = await open(stop.signal);
  const waiting = select(session, 'silence').catch((error: unknown) => error);
  for (const until = Date.now() + 2500; Date.now() < until;);
  expect(await select(await open(), 'INBOX')).toMatchObject({ path: 'INBOX' });
  expect(session.usable).toBe(true);
  stop.abort();
  expect(await waiting).toMatchObject(lost);
});

test('what was asked of a connection that ended meanwhile dies with the thread, or when it is aborted', async () => {
  const stop = new AbortController();
  const [first, second] = [await open(), await open(stop.signal)];
  const waiting = [first, second].map((session) => select(session, 'end').catch((error: unknown) => error));
  await expect.poll(() => first.usable || second.usable).toBe(false);
  stop.abort();
  expect(await waiting[1]).toMatchObject(lost);
  const other = await open();
  await expect(select(other, 'crash')).rejects.toMatchObject(lost);
  expect(await waiting[0]).toMatchObject(lost);
});

test('a mistake of ours over there says where it was made', async () => {
  const thrown = await select(await open(), 'bug').catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'bug', who: 'us' });
  expect(loggable((thrown as MailError).cause).frames).toEqual(['    at there (file.js:1:1)']);
});

test('where our reading of messages breaks over there is logged, once for each place and without a value', async () => {
  const session = await open();
  expect(await select(session, 'mistake')).toMatchObject({ path: 'mistake' });
  expect(errors.mock.calls).toEqual([
    ['message not read', { error: { name: 'Error', frames: ['    at there (file.js:1:1)'] } }],
  ]);
  expect(session.usable).toBe(true);
});

test('after a thread hung, one that hangs again is not waited for as long: the message is being looked for', async () => {
  reader = new ReaderThread({ file, patience: 4000 });
  const timeOfHanging = async () => {
    const session = await open();
    const started = performance.now();
    await expect(select(session, 'hang')).rejects.toMatchObject(lost);
    return performance.now() - started;
  };
  expect(await timeOfHanging()).toBeGreaterThan(4000);
  expect(await timeOfHanging()).toBeLessThan(3000);
  expect(await timeOfHanging()).toBeLessThan(3000);
});

test('what is aborted ends at once, whatever the thread is doing', async () => {
  const stop = new AbortController();
  const session = await open(stop.signal);
  const waiting = select(session, 'hang').catch((error: unknown) => error);
  stop.abort();
  expect(await waiting).toMatchObject(lost);
  await expect(open(stop.signal)).rejects.toMatchObject(lost);
});

test('without sessions the thread ends, and starts again when one is wanted', async () => {
  reader = new ReaderThread({ file, idleTime: 10 });
  const session = await open();
  const before = await select(session, 'INBOX');
  await session.close();
  await expect
    .poll(async () => {
      const again = await open();
      const now = await select(again, 'INBOX');
      await again.close();
      return JSON.stringify(now) !== JSON.stringify(before);
    })
    .toBe(true);
});
