import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { composeMessage, type Composition } from '../../../src/server/submission/compose';
import { smtpLine } from '../../../src/server/submission/line';
import { openSmtp } from '../../../src/server/submission/smtp';
import { startScriptedServer, type ScriptedServer } from './scriptedServer';

const envelope = { from: 'ann@contoso.example', to: ['bob@contoso.example'] };
const limits = { connect: 60_000, login: 60_000, silence: 60_000 };
const hooks = { beforeFinalChunk: async () => undefined, onLargest: () => undefined };
let folder: string;
let server: ScriptedServer;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'email-manager-handles-'));
  writeFileSync(path.join(folder, 'one'), Buffer.alloc(2_000_000, 'a'));
  writeFileSync(path.join(folder, 'two'), Buffer.alloc(2_000_000, 'b'));
  server = await startScriptedServer();
});
afterEach(() => {
  for (const key of Object.keys(server.script)) delete server.script[key as keyof typeof server.script];
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const composition = (...names: string[]): Composition => ({
  from: { name: '', address: 'ann@contoso.example' },
  to: [{ name: '', address: 'bob@contoso.example' }],
  cc: [],
  subject: 'files',
  html: null,
  text: 'hi',
  messageId: '<1@contoso.example>',
  date: new Date(),
  threading: null,
  attachments: names.map((name) => ({
    path: path.join(folder, name),
    filename: name,
    contentType: 'text/plain',
    size: 2_000_000,
  })),
});

/** Files of this test that the process holds open. */
const held = () =>
  readdirSync('/proc/self/fd')
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        return '';
      }
    })
    .filter((target) => target.startsWith(folder));

async function send(...names: string[]): Promise<unknown> {
  const line = smtpLine(() => openSmtp(server.login, { limits }));
  try {
    return await line.submit(envelope, () => composeMessage(composition(...names)), hooks);
  } catch (thrown) {
    return thrown;
  } finally {
    await line.close();
  }
}

test('a message that was not taken leaves none of its files open', async () => {
  server.script.mailFrom = '451 4.7.500 Server busy';
  expect(await send('one', 'two')).toMatchObject({ code: 'serverBusy' });
  await expect.poll(held).toEqual([]);
});

test('a message that is cut on its way leaves none of its files open', async () => {
  server.script.duringData = 'drop';
  expect(await send('one', 'two')).toMatchObject({ code: 'connectionLost' });
  await expect.poll(held).toEqual([]);
});

test('a message whose second file is gone leaves the first one closed, and breaks nothing else', async () => {
  expect(String(await send('one', 'missing'))).toContain('ENOENT');
  expect(server.received).toEqual([]);
  await expect.poll(held).toEqual([]);
});

test('a message whose file is gone before the server greets fails with that', async () => {
  expect(String(await send('missing'))).toContain('ENOENT');
  expect(server.received).toEqual([]);
});

test('a message that is made ahead of a connection that never opens is closed with it', async () => {
  const stopping = new AbortController();
  const line = smtpLine(
    () =>
      new Promise((_opened, refuse) => {
        stopping.signal.addEventListener('abort', () => refuse(stopping.signal.reason));
      }),
  );
  const sending = line.submit(envelope, () => composeMessage(composition('one')), hooks);
  await expect.poll(held).toHaveLength(1);
  stopping.abort(new MailError('transient', 'stopping'));
  await expect(sending).rejects.toMatchObject({ code: 'stopping' });
  await expect.poll(held).toEqual([]);
});
