/** A submission server that says exactly what a test tells it to, over TLS from the first byte. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { ensureCertificates } from '../../../sandbox/outlook/certificates';
import type { Login } from '../../../src/server/context';

export interface SmtpScript {
  greeting?: string;
  /** Answer to AUTH; 334 first where it starts so. */
  auth?: string[];
  /** A list: one after another, and yes from then on. */
  mailFrom?: string | string[];
  rcptTo?: (address: string) => string;
  data?: string;
  size?: number;
  /** What happens when the message begins to arrive; 'drop' cuts the line. */
  duringData?: 'drop';
  /** Reply to the final dot; 'drop' cuts the line, 'silence' says nothing, 'half' cuts it in the middle of a refusal. */
  end?: string | 'drop' | 'silence' | 'half';
}

export interface ScriptedServer {
  login: Login;
  script: SmtpScript;
  /** Messages whose final dot arrived, as received. */
  received: string[];
  commands: string[];
  connections: number;
  /** Connections open now. */
  open: Set<TLSSocket>;
  close(): Promise<void>;
}

/** Starts the server on a free port; change `script` between submissions. */
export async function startScriptedServer(
  script: SmtpScript = {},
  files: { cert: string; key: string } = ensureCertificates(),
): Promise<ScriptedServer> {
  const server = tls.createServer({ cert: readFileSync(files.cert), key: readFileSync(files.key) }, (socket) => {
    running.connections++;
    running.open.add(socket);
    socket.on('close', () => running.open.delete(socket));
    socket.on('error', () => undefined);
    converse(socket, running);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const running: ScriptedServer = {
    script,
    received: [],
    commands: [],
    connections: 0,
    open: new Set(),
    login: {
      endpoint: { host: 'localhost', port: (server.address() as AddressInfo).port, secure: true },
      user: 'ann@contoso.example',
      accessToken: 'token-of-ann',
      expiresAt: new Date(Date.now() + 3_600_000),
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of running.open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return running;
}

const nextOf = (reply: string | string[] | undefined) => (Array.isArray(reply) ? reply.shift() : reply);

function converse(socket: TLSSocket, server: ScriptedServer): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  const { script } = server;
  let buffer = '';
  let inData = false;
  let auth = [...(script.auth ?? ['235 2.7.0 Authentication successful'])];
  say(script.greeting ?? '220 mail.example ready');
  socket.on('data', (chunk) => {
    buffer += chunk.toString('latin1');
    if (inData && script.duringData === 'drop') return void socket.destroy();
    for (;;) {
      const end = inData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
      if (end < 0) return;
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + (inData ? 5 : 2));
      if (inData) {
        inData = false;
        server.received.push(line);
        const reply = script.end ?? '250 2.0.0 OK';
        if (reply === 'drop') return void socket.destroy();
        if (reply === 'half') return void socket.end('554 5.2.0 half a li');
        if (reply !== 'silence') say(reply);
        continue;
      }
      server.commands.push(line);
      if (/^EHLO/.test(line)) {
        say('250-mail.example');
        if (script.size) say(`250-SIZE ${script.size}`);
        say('250-AUTH LOGIN XOAUTH2');
        say('250 ENHANCEDSTATUSCODES');
      } else if (/^AUTH/.test(line) || line === '') {
        say(auth.shift() ?? '535 5.7.3 Authentication unsuccessful');
      } else if (/^MAIL/.test(line)) say(nextOf(script.mailFrom) ?? '250 2.1.0 Sender OK');
      else if (/^RCPT/.test(line)) say(script.rcptTo?.(/<(.*)>/.exec(line)?.[1] ?? '') ?? '250 2.1.5 Recipient OK');
      else if (line === 'DATA') {
        const reply = script.data ?? '354 Start mail input';
        say(reply);
        inData = reply.startsWith('354');
      } else if (line === 'QUIT') {
        say('221 2.0.0 bye');
        auth = [];
        socket.end();
      } else say('500 5.5.1 Unrecognized command');
    }
  });
}
