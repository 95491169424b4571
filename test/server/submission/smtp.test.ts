import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Log, Login } from '../../../src/server/context';
import { MailError } from '../../../src/server/errors';
import {
  openSmtp,
  probeSmtp,
  type SmtpEnvelope,
  type SmtpLimits,
  type SmtpSession,
  type SubmitHooks,
} from '../../../src/server/submission/smtp';
import { startScriptedServer, type ScriptedServer } from './scriptedServer';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const envelope = { from: 'ann@contoso.example', to: ['bob@contoso.example'] };
const limits = { connect: 60_000, login: 60_000, silence: 60_000 };
let server: ScriptedServer;
let called: number;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  called = 0;
});
afterEach(() => {
  for (const key of Object.keys(server.script)) delete server.script[key as keyof typeof server.script];
  server.received.length = 0;
  server.commands.length = 0;
});

const message = () =>
  Readable.from([Buffer.from('Subject: hi\r\n\r\n'), Buffer.from('first line\r\n'), Buffer.from('.last')]);
const hooks = (more: Partial<SubmitHooks> = {}): SubmitHooks => ({
  beforeFinalChunk: async () => {
    called++;
  },
  ...more,
});
/** The connection that was opened last. */
let last: SmtpSession;

/** One message over a connection of its own. */
async function submit(
  login: Login,
  to: SmtpEnvelope,
  compose: () => Readable,
  { signal, ...rest }: SubmitHooks,
  within: SmtpLimits,
) {
  const session = (last = await openSmtp(login, { limits: within, signal }));
  try {
    return await session.submit(to, compose, { signal, ...rest });
  } finally {
    session.close();
  }
}
const run = (more?: Partial<SubmitHooks>) => submit(server.login, envelope, message, hooks(more), limits);
const failure = async (work: Promise<unknown>) => {
  const error = await work.then(
    (value) => expect.fail(`it succeeded: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MailError);
  return error as MailError;
};

describe('the probe', () => {
  test('logs in with XOAUTH2 and out again without sending anything', async () => {
    server.script.size = 36_700_160;
    expect(await probeSmtp(server.login, silent)).toBe(36_700_160);
    const [, auth] = server.commands;
    expect(Buffer.from(auth!.replace('AUTH XOAUTH2 ', ''), 'base64').toString()).toBe(
      'user=ann@contoso.example\x01auth=Bearer token-of-ann\x01\x01',
    );
    expect(server.commands.some((line) => /^(MAIL|RCPT|DATA)/.test(line))).toBe(false);
  });

  test('says that SMTP AUTH is switched off, who can switch it on, and how', async () => {
    server.script.auth = [
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    ];
    const error = await failure(probeSmtp(server.login, silent));
    expect(error.toView()).toEqual({
      code: 'smtpAuthDisabled',
      kind: 'permanent',
      who: 'administrator',
      params: {
        host: 'localhost',
        address: 'ann@contoso.example',
        scope: 'tenant',
        command: "Set-CASMailbox -Identity 'ann@contoso.example' -SmtpClientAuthenticationDisabled $false",
      },
    });
  });

  test('takes a refusal behind a challenge as a refusal', async () => {
    server.script.auth = ['334 eyJzdGF0dXMiOiI0MDEifQ==', '535 5.7.3 Authentication unsuccessful'];
    expect(await failure(probeSmtp(server.login, silent))).toMatchObject({ kind: 'reauthorize', code: 'loginRefused' });
  });

  test('refuses a server whose certificate nobody vouches for, before the token crosses the wire', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'self-signed-'));
    const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
    const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost';
    const names = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', files.key, '-out', files.cert];
    execFileSync('openssl', [...request.split(' '), ...names], { stdio: 'ignore' });
    const stranger = await startScriptedServer({}, files);
    try {
      expect(await failure(probeSmtp(stranger.login, silent))).toMatchObject({ kind: 'permanent', code: 'tlsFailed' });
      expect(stranger.commands).toEqual([]);
    } finally {
      await stranger.close();
      rmSync(folder, { recursive: true });
    }
  });

  test('says when nobody listens', async () => {
    const closed = await startScriptedServer();
    await closed.close();
    expect(await failure(probeSmtp(closed.login, silent))).toMatchObject({
      kind: 'transient',
      code: 'serverUnreachable',
    });
  });

  test('a greeting that never comes ends in a timeout', async () => {
    const login = server.login;
    server.script.greeting = '220-still thinking';
    const error = await failure(probeSmtp(login, silent, { ...limits, connect: 200 }));
    expect(error).toMatchObject({ kind: 'transient', code: 'timeout' });
  });
});

describe('a submission', () => {
  test('arrives whole, dots stuffed, after the end was announced', async () => {
    server.script.end = '250 2.0.0 OK <AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com> [Hostname=x]';
    const result = await run({
      beforeFinalChunk: async () => {
        called++;
        expect(server.received).toEqual([]);
      },
    });
    expect(result).toEqual({
      kind: 'accepted',
      responseCode: 250,
      serverMessageId: '<AM0PR01MB1@AM0PR01MB1.eurprd01.prod.outlook.com>',
      rejected: [],
    });
    expect(called).toBe(1);
    expect(server.received).toEqual(['Subject: hi\r\n\r\nfirst line\r\n..last']);
  });

  test('of one piece is held back whole', async () => {
    const whole = Readable.from([Buffer.from('Subject: hi\r\n\r\nall\r\n')]);
    const result = await submit(server.login, envelope, () => whole, hooks(), limits);
    expect(result.kind).toBe('accepted');
    expect(server.received).toEqual(['Subject: hi\r\n\r\nall']);
  });

  test.each([undefined, 500])('of size %s sends nothing when the end cannot be announced', async (size) => {
    const refusal = new MailError('transient', 'leaseLost');
    const beforeFinalChunk = () => Promise.reject(refusal);
    const error = await failure(
      submit(server.login, { ...envelope, size }, message, hooks({ beforeFinalChunk }), limits),
    );
    expect(error).toBe(refusal);
    await expect.poll(() => server.open.size).toBe(0);
    expect(server.received).toEqual([]);
  });

  test('of a few octets waits with its end only, and is not announced where the server does not want it', async () => {
    const short = { ...envelope, size: 500 };
    const beforeFinalChunk = async () => {
      called++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(server.received).toEqual([]);
    };
    const result = await submit(server.login, short, message, hooks({ beforeFinalChunk }), limits);
    expect(result.kind).toBe('accepted');
    expect(called).toBe(1);
    server.script.rcptTo = () => '550 5.1.10 RESOLVER.ADR.RecipientNotFound';
    await failure(submit(server.login, short, message, hooks(), limits));
    expect(called).toBe(1);
  });

  test('is uncertain when the line drops after the end left', async () => {
    server.script.end = 'drop';
    expect(await run()).toEqual({ kind: 'uncertain' });
    expect(called).toBe(1);
  });

  test('is uncertain when no reply comes in time', async () => {
    server.script.end = 'silence';
    const result = await submit(server.login, envelope, message, hooks(), { ...limits, silence: 3_000 });
    expect(result).toEqual({ kind: 'uncertain' });
  });

  test('is uncertain when the line drops in the middle of a refusal', async () => {
    server.script.end = 'half';
    expect(await run()).toEqual({ kind: 'uncertain' });
  });

  test('is uncertain when the reply makes no sense', async () => {
    server.script.end = '354 Start mail input';
    expect(await run()).toEqual({ kind: 'uncertain' });
  });

  test('is to be retried when the line drops while the message is on its way', async () => {
    server.script.duringData = 'drop';
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.from('line\r\n'.repeat(1000));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })(),
    );
    const error = await failure(submit(server.login, envelope, () => endless, hooks(), limits));
    expect(error).toMatchObject({ kind: 'transient', code: 'connectionLost' });
    expect(called).toBe(0);
    expect(endless.destroyed).toBe(true);
  });

  test('is to be retried when the line drops while the end is being announced', async () => {
    const error = await failure(
      run({
        beforeFinalChunk: async () => {
          called++;
          for (const socket of server.open) socket.destroy();
          await expect.poll(() => last.usable).toBe(false);
        },
      }),
    );
    expect(error).toMatchObject({ kind: 'transient', code: 'connectionLost' });
    expect(called).toBe(1);
  });

  test('can be aborted before its end left and not after', async () => {
    const early = new AbortController();
    early.abort(new MailError('transient', 'leaseLost'));
    expect(await failure(run({ signal: early.signal }))).toMatchObject({ code: 'leaseLost' });
    expect(server.received).toEqual([]);

    const late = new AbortController();
    const open = server.connections;
    server.script.end = 'silence';
    const work = run({ signal: late.signal });
    await expect.poll(() => server.received.length).toBe(1);
    late.abort(new MailError('transient', 'leaseLost'));
    for (const socket of server.open) socket.write('250 2.0.0 OK\r\n');
    expect(await work).toMatchObject({ kind: 'accepted' });
    expect(server.connections).toBe(open + 1);
  });

  test.each([
    ['a 4xx to the final dot', { end: '451 4.4.2 Message submission rate exceeded' }, 'transient', 'serverBusy', 1],
    [
      'a 5xx to the final dot',
      { end: '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException' },
      'permanent',
      'sendAsDenied',
      1,
    ],
    ['421 to the final dot', { end: '421 4.3.2 Service not active' }, 'throttled', 'serverBusy', 1],
    [
      'the third connection too many',
      { mailFrom: '432 4.3.2 Concurrent connections limit exceeded' },
      'throttled',
      'tooManyConnections',
      0,
    ],
    [
      'the same at the greeting',
      { greeting: '432 4.3.2 Concurrent connections limit exceeded' },
      'throttled',
      'tooManyConnections',
      0,
    ],
    [
      'a sender that is not ours',
      { mailFrom: '550 5.7.60 SMTP; Client does not have permissions to send as this sender' },
      'permanent',
      'sendAsDenied',
      0,
    ],
    [
      'every recipient unknown',
      { rcptTo: () => '550 5.1.10 RESOLVER.ADR.RecipientNotFound' },
      'permanent',
      'recipientRejected',
      0,
    ],
    ['DATA refused', { data: '452 4.3.1 Insufficient system resources' }, 'transient', 'serverBusy', 0],
  ] as const)('%s is definite', async (_name, script, kind, code, announced) => {
    Object.assign(server.script, script);
    expect(await failure(run())).toMatchObject({ kind, code });
    expect(called).toBe(announced);
  });

  test('tells which recipients were refused while others were taken', async () => {
    server.script.rcptTo = (address) => (address.startsWith('no') ? '550 5.1.1 unknown' : '250 2.1.5 OK');
    const two = { ...envelope, to: ['bob@contoso.example', 'nobody@contoso.example'] };
    expect(await submit(server.login, two, message, hooks(), limits)).toMatchObject({
      kind: 'accepted',
      rejected: ['nobody@contoso.example'],
    });
  });

  test('larger than the server takes is refused before it is sent', async () => {
    server.script.size = 5 * 1024 * 1024;
    const big = { ...envelope, size: 6 * 1024 * 1024 };
    const error = await failure(submit(server.login, big, message, hooks(), limits));
    expect(error).toMatchObject({ code: 'messageTooLarge', params: { megabytes: 5 } });
    expect(server.commands.some((line) => line.startsWith('MAIL'))).toBe(false);
  });
});
