/** Bare nodemailer sending the same mails, in a fresh process: what the library, the server and the wire cost by themselves. */
import { createTransport } from 'nodemailer';
import type { BenchMail } from '../sending/mails';
import { serve } from './rpc';

interface Sending {
  host: string;
  port: number;
  user: string;
  token: string;
  mails: BenchMail[];
  /** All over one connection, instead of one each. */
  pooled: boolean;
}

/** What the benchmark asks of bare nodemailer. */
export const smtpAnchorHandlers = {
  /** Sends one after the other. @returns when each was begun, in milliseconds since 1970 */
  async send({ host, port, user, token, mails, pooled }: Sending) {
    const server = { host, port, secure: false, requireTLS: true, name: '[127.0.0.1]' };
    const auth = { type: 'OAuth2' as const, user, accessToken: token };
    const transport = pooled
      ? createTransport({ ...server, auth, pool: true, maxConnections: 1, maxMessages: Infinity })
      : createTransport({ ...server, auth });
    const begun: number[] = [];
    try {
      for (const { to, subject, html, text, files } of mails) {
        begun.push(performance.timeOrigin + performance.now());
        await transport.sendMail({ from: user, to, subject, html, text, attachments: files.map(asAttachment) });
      }
    } finally {
      transport.close();
    }
    return begun;
  },
};
export type SmtpAnchorHandlers = typeof smtpAnchorHandlers;

/** Between processes a Buffer becomes a plain array of octets. */
function asAttachment({ filename, contentType, content }: BenchMail['files'][number]) {
  return { filename, contentType, content: Buffer.from(content) };
}

serve(smtpAnchorHandlers);
