import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol, startSandbox, users } from '../../sandbox/outlook';
import type { Sandbox } from '../../sandbox/outlook';
import { connect, imapClient, memoryCache, refusalOf, sandbox, silent, smtpClient } from './clients';

const asRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const script = path.resolve(import.meta.dirname, '../../scripts/sandbox.ts');
const leftovers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const clear of leftovers.splice(0).reverse()) await clear();
});

function folder(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'outlook-'));
  leftovers.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** `npm run sandbox` as a process of its own, once it says READY. */
async function run(args: string[], uid?: number): Promise<{ child: ChildProcess; output: string }> {
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    ...ids,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: '', HOME: os.tmpdir() },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  leftovers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  child.stdout?.on('data', (data) => (output += String(data)));
  child.stderr?.on('data', (data) => (output += String(data)));
  await expect.poll(() => output, { timeout: 120_000 }).toContain('READY');
  return { child, output };
}

function listening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

const dovecotPort = (dir: string) =>
  Number(/port = (\d+)/.exec(readFileSync(`${dir}/dovecot/dovecot.conf`, 'utf8'))?.[1]);
const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('ports, keys, sign-ins and mail last over a restart in the same folder, until it is started fresh', async () => {
  const dir = folder();
  const cachePlugin = memoryCache();
  const first = await sandbox({ dir });
  const { messageId } = await (
    await smtpClient(first, alice.upn)
  ).sendMail({ from: alice.upn, to: bob.upn, text: 'x' });
  await connect(first, alice.upn, { cachePlugin });
  await first.stop();

  const second = await sandbox({ dir });
  expect(second.settings).toEqual(first.settings);
  expect((await second.mail.list(bob.upn, 'INBOX')).messages).toMatchObject([{ messageId }]);
  const { accessToken } = await silent(second, { cachePlugin, force: true });
  (await imapClient(second, alice.upn, { accessToken })).close();
  await second.stop();

  const fresh = await sandbox({ dir, fresh: true });
  leftovers.push(() => fresh.stop());
  expect((await fresh.mail.list(bob.upn, 'INBOX')).messages).toEqual([]);
});

test('no Dovecot outlives a sandbox that was killed, and the next one starts in its folder', async () => {
  const dir = folder();
  const { child } = await run(['--dir', dir, '--port-base', '0']);
  const port = dovecotPort(dir);
  const master = Number(readFileSync(`${dir}/dovecot/run/master.pid`, 'utf8'));
  expect(await listening(port)).toBe(true);
  const killed = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await killed;
  const next = await sandbox({ dir });
  leftovers.push(() => next.stop());
  await expect.poll(() => alive(master), { timeout: 30_000 }).toBe(false);
  (await imapClient(next, alice.upn)).close();
});

test('npm run sandbox works without root, prints what is needed and ends everything on Ctrl-C', async () => {
  const dir = folder();
  // The process makes the folder itself, so that it is its own.
  rmSync(dir, { recursive: true });
  const { child, output } = await run(['--dir', dir, '--port-base', '0', '--seed'], asRoot ? NOBODY : undefined);
  for (const word of [
    'Authority',
    'Client ID',
    alice.upn,
    alice.password,
    'NODE_EXTRA_CA_CERTS=',
    'MAIL_ALLOWED_HOSTS=',
  ]) {
    expect(output).toContain(word);
  }
  const port = dovecotPort(dir);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(await listening(port)).toBe(false);
});

describe('a sandbox whose Carol writes Ukrainian', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = await sandbox({ users: users.map((user) => (user.upn === carol.upn ? { ...user, language: 'uk' } : user)) });
  });
  beforeEach(() => box.reset());
  afterAll(() => box?.stop());

  test('the control API answers on loopback as the in-process control does', async () => {
    const post = async (action: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${box.controlUrl}/${action}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as { result?: unknown; error?: string } };
    };
    await post('setIdentity', { accessTokenTtl: 42 });
    await post('failImap', { name: 'authenticateFailed', user: bob.upn });
    await refusalOf(imapClient(box, bob.upn));
    const state = (await (await fetch(box.controlUrl)).json()) as { result: { identity: { accessTokenTtl: number } } };
    expect(state.result.identity.accessTokenTtl).toBe(42);
    const uid = await post('append', {
      user: alice.upn,
      mailbox: 'INBOX',
      raw: 'Subject: by http\r\n\r\nx',
      flags: ['\\Seen'],
    });
    expect(uid.body.result).toBeGreaterThan(0);
    const listed = await post('list', { user: alice.upn, mailbox: 'INBOX' });
    expect(listed.body.result).toMatchObject({ messages: [{ subject: 'by http', flags: ['\\Seen'] }] });
    expect((await post('settings', {})).body.result).toMatchObject({ clientId: box.settings.clientId });
    expect(await post('revokeUser', { user: 'nobody@nowhere.example' })).toMatchObject({ status: 400 });
    expect(await post('noSuchAction', {})).toMatchObject({ status: 404 });
    const plain = await fetch(`${box.controlUrl}/clearFaults`, { method: 'POST', body: '{}' });
    expect(plain.status).toBe(415);
  });

  test('a mailbox created in another language has the folder names of that language', async () => {
    const imap = await imapClient(box, carol.upn);
    const list = await imap.list();
    expect(list.find(({ flags }) => flags.has('\\Sent'))?.path).toBe('Надіслані');
    expect(list.map(({ path: name }) => name)).toContain('Небажана пошта');
    await (await smtpClient(box, carol.upn)).sendMail({ from: carol.upn, to: bob.upn, subject: 'x', text: 'y' });
    expect((await box.mail.list(carol.upn, 'Надіслані')).messages).toHaveLength(1);
    await box.reset();
    expect(await box.mail.mailboxes(carol.upn)).toContain('Чернетки');
    imap.close();
  });

  test('folders come and go, and flags and moves by another client are seen', async () => {
    const { mail } = box;
    await mail.createMailbox(alice.upn, 'Projects/Ґанок');
    await mail.renameMailbox(alice.upn, 'Projects/Ґанок', 'Projects/Überblick');
    const uid = await mail.append(alice.upn, 'INBOX', 'Subject: x\r\n\r\ny');
    await mail.setFlags(alice.upn, 'INBOX', [uid], ['\\Flagged'], 'add');
    const [moved = 0] = await mail.move(alice.upn, 'INBOX', [uid], 'Projects/Überblick');
    expect((await mail.list(alice.upn, 'Projects/Überblick')).messages).toMatchObject([
      { uid: moved, flags: ['\\Flagged'] },
    ]);
    await mail.expunge(alice.upn, 'Projects/Überblick', [moved]);
    expect((await mail.list(alice.upn, 'Projects/Überblick')).messages).toEqual([]);
    await mail.deleteMailbox(alice.upn, 'Projects/Überblick');
    await box.reset();
    expect(await mail.mailboxes(alice.upn)).not.toContain('Projects');
  });
});

test('a folder too deep for unix sockets is refused in one sentence', async () => {
  const error = await refusalOf(startSandbox({ dir: path.join(folder(), 'deep'.repeat(30)) }));
  expect(error.message).toContain('too deep');
});
