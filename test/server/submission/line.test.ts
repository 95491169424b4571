import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { smtpLine, type SmtpLine } from '../../../src/server/submission/line';
import { openSmtp, type SmtpSession } from '../../../src/server/submission/smtp';
import { startScriptedServer, type ScriptedServer } from './scriptedServer';

const envelope = { from: 'ann@contoso.example', to: ['bob@contoso.example'] };
const limits = { connect: 60_000, login: 60_000, silence: 60_000 };
let server: ScriptedServer;
let line: SmtpLine;
/** The connection that was opened last. */
let last: SmtpSession;

beforeEach(async () => {
  server = await startScriptedServer({ size: 1000 });
  line = smtpLine(async () => (last = await openSmtp(server.login, { limits })));
});
afterEach(async () => {
  await line.close();
  await server.close();
});

const compose = (subject: string) => () => Readable.from([Buffer.from(`Subject: ${subject}\r\n\r\nhi\r\n`)]);
const hooks = { beforeFinalChunk: async () => undefined, onLargest: () => undefined };
const send = (subject: string, more: Partial<Parameters<SmtpLine['submit']>[2]> = {}) =>
  line.submit(envelope, compose(subject), { ...hooks, ...more });
const subjects = () => server.received.map((text) => /^Subject: (.*)/.exec(text)?.[1]);

test('several mails leave over one connection, which was opened ahead', async () => {
  line.open();
  await expect.poll(() => server.commands.length).toBe(2);
  for (const subject of ['1', '2', '3']) expect((await send(subject)).kind).toBe('accepted');
  expect(subjects()).toEqual(['1', '2', '3']);
  expect(server.connections).toBe(1);
  await line.close();
  await expect.poll(() => server.open.size).toBe(0);
  expect(server.commands.at(-1)).toBe('QUIT');
});

test('a server that ends the connection between two mails gets another one, and every mail once', async () => {
  await send('1');
  for (const socket of server.open) socket.destroy();
  await send('2');
  expect(subjects()).toEqual(['1', '2']);
  expect(server.connections).toBe(2);
});

test('a connection that was opened ahead and is gone by then is opened again', async () => {
  await line.open();
  for (const socket of server.open) socket.destroy();
  await expect.poll(() => last.usable).toBe(false);
  expect((await send('1')).kind).toBe('accepted');
  expect(server.connections).toBe(2);
});

test('421 to the next mail means a new connection, whatever another refusal means', async () => {
  server.script.mailFrom = ['250 2.1.0 OK', '421 4.4.2 Too many messages on this connection'];
  await send('1');
  await send('2');
  expect(server.connections).toBe(2);
  server.script.mailFrom = ['550 5.7.60 not yours'];
  await expect(send('3')).rejects.toMatchObject({ code: 'sendAsDenied' });
  expect(server.connections).toBe(2);
  expect((await send('4')).kind).toBe('accepted');
  expect(subjects()).toEqual(['1', '2', '4']);
  expect(server.connections).toBe(3);
});

test('421 to the first mail of a connection is what the server says of all', async () => {
  server.script.mailFrom = ['421 4.3.2 Service not available'];
  await expect(send('1')).rejects.toMatchObject({ kind: 'throttled', code: 'serverBusy' });
  expect(server.connections).toBe(1);
});

test('what was lost after its end was announced is never sent again', async () => {
  await send('1');
  const announced = vi.fn(async () => {
    for (const socket of server.open) socket.destroy();
    await expect.poll(() => server.open.size).toBe(0);
  });
  await send('2', { beforeFinalChunk: announced }).catch(() => undefined);
  expect(announced).toHaveBeenCalledTimes(1);
  expect(server.connections).toBe(1);
  expect(subjects()).toEqual(['1']);
});

test('an uncertain mail costs the connection', async () => {
  await send('1');
  server.script.end = 'drop';
  expect((await send('2')).kind).toBe('uncertain');
  delete server.script.end;
  expect((await send('3')).kind).toBe('accepted');
  expect(server.connections).toBe(2);
});

test('what keeps it from connecting is told by the mail that waits for it', async () => {
  await server.close();
  line.open();
  await expect(send('1')).rejects.toMatchObject({ kind: 'transient', code: 'serverUnreachable' });
});

test('the largest message is told before a mail that is too large is refused', async () => {
  const onLargest = vi.fn();
  const large = { ...envelope, size: 2000 };
  await expect(line.submit(large, compose('1'), { ...hooks, onLargest })).rejects.toMatchObject({
    code: 'messageTooLarge',
  });
  expect(onLargest).toHaveBeenCalledWith(1000);
});

test('a server that turns the second connection away is not called a third time', async () => {
  await send('1');
  for (const socket of server.open) socket.destroy();
  await expect.poll(() => last.usable).toBe(false);
  server.script.greeting = '421 4.3.2 Service not available';
  await expect(send('2')).rejects.toMatchObject({ code: 'serverBusy' });
  expect(server.connections).toBe(2);
});
