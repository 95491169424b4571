/** Download tickets: signed, stateless, for one part of one message of one user, for a minute (docs/security.md). Pure. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { TICKET_LIFETIME } from '../../shared/constants';
import { MailError } from '../errors';

export interface Ticket {
  userId: string;
  messageId: string;
  part: string;
}

/** The key that signs tickets, derived from the host's (RFC 5869): neither tells anything of the other. */
export function ticketKey(hostKey: Uint8Array, appName: string): Buffer {
  return Buffer.from(hkdfSync('sha256', hostKey, '', `email-manager download ticket ${appName}`, 32));
}

const sign = (key: Buffer, payload: string) => createHmac('sha256', key).update(payload).digest();

/** @returns text for a query string */
export function writeTicket(key: Buffer, { userId, messageId, part }: Ticket, now: Date): string {
  const payload = JSON.stringify([userId, messageId, part, now.getTime() + TICKET_LIFETIME]);
  return `${Buffer.from(payload).toString('base64url')}.${sign(key, payload).toString('base64url')}`;
}

/** @throws MailError permanent `linkExpired`, for forged and for old ones alike */
export function readTicket(key: Buffer, ticket: unknown, now: Date): Ticket {
  const refused = new MailError('permanent', 'linkExpired');
  const [, body, signature] = /^([\w-]{1,1000})\.([\w-]{43})$/.exec(typeof ticket === 'string' ? ticket : '') ?? [];
  if (!body || !signature) throw refused;
  const payload = Buffer.from(body, 'base64url').toString();
  if (!timingSafeEqual(sign(key, payload), Buffer.from(signature, 'base64url'))) throw refused;
  const [userId, messageId, part, until] = JSON.parse(payload) as [string, string, string, number];
  // A clock that went back must not make a ticket live longer.
  if (until < now.getTime() || until > now.getTime() + 2 * TICKET_LIFETIME) throw refused;
  return { userId, messageId, part };
}
