/** What Exchange does to a submitted message on its way. */
import { randomUUID } from 'node:crypto';

const HOST = 'SANDBOX.PROD.OUTLOOK.COM';

export interface Submitted {
  /** As it goes to recipients. */
  delivered: Buffer;
  /** As it is filed in Sent Items. */
  sent: Buffer;
  /** Message-ID both copies carry. */
  messageId: string;
  /** What the final reply names. */
  serverId: string;
}

/** Splits at the blank line; headers keep their last CRLF. */
export function splitHeader(raw: Buffer): { head: string; rest: Buffer } {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 0) return { head: raw.toString('latin1'), rest: Buffer.from('\r\n') };
  return { head: raw.subarray(0, end + 2).toString('latin1'), rest: raw.subarray(end + 2) };
}

/** A header's unfolded value. */
export function headerOf(head: string, name: string): string | undefined {
  const match = new RegExp(`^${name}:[ \\t]*((?:.*)(?:\\r?\\n[ \\t].*)*)`, 'im').exec(head);
  return match?.[1]?.replace(/\r?\n[ \t]+/g, ' ').trim();
}

export function addressOf(value: string | undefined): string | undefined {
  return /[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+/.exec(value ?? '')?.[0].toLowerCase();
}

function without(head: string, name: string): string {
  return head.replace(new RegExp(`^${name}:.*\\r?\\n(?:[ \\t].*\\r?\\n)*`, 'gim'), '');
}

function withHeader(head: string, name: string, value: string): string {
  return `${name}: ${value}\r\n${without(head, name)}`;
}

/** `rewrite` is what Outlook.com does: a new Message-ID, the client's kept in a header of its own. */
export function submit(raw: Buffer, rewrite: boolean): Submitted {
  const { head, rest } = splitHeader(raw);
  const own = headerOf(head, 'Message-ID');
  const generated = `<${randomUUID().replaceAll('-', '').toUpperCase().slice(0, 24)}@${HOST.toLowerCase()}>`;
  const messageId = rewrite || !own ? generated : own;
  let kept = messageId === own ? head : withHeader(head, 'Message-ID', messageId);
  if (rewrite && own) kept = withHeader(kept, 'X-Microsoft-Original-Message-ID', own);
  const received = `Received: from [127.0.0.1] by ${HOST} with ESMTPSA; ${rfc5322Date(new Date())}\r\n`;
  return {
    delivered: Buffer.concat([Buffer.from(received + without(kept, 'Bcc'), 'latin1'), rest]),
    sent: Buffer.concat([Buffer.from(kept, 'latin1'), rest]),
    messageId,
    serverId: messageId,
  };
}

/** A copy in which no trace of the client's id is left. */
export function strangeCopy(raw: Buffer): Buffer {
  const { head, rest } = splitHeader(raw);
  const anonymous = without(head, 'X-Microsoft-Original-Message-ID');
  return Buffer.concat([
    Buffer.from(withHeader(anonymous, 'Message-ID', `<${randomUUID()}@elsewhere.example>`), 'latin1'),
    rest,
  ]);
}

export function rfc5322Date(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000');
}
