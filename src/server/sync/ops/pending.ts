/** Ops that wait to be pushed, with what is known of their messages. */
import { Op } from 'sequelize';
import type { MailContext } from '../../context';
import { readRows } from '../../readRows';
import { chunks, dateOf, flagOf, idOf, numberOf, table, type Values } from '../rows';
import type { Identity } from './decide';
import { isFlagVerb, type Verb } from './verbs';

/** The message of an op, as the row has it now. */
export interface OpMessage extends Identity {
  id: string;
  threadId: string | null;
  mailboxId: string | null;
  uidValidity: number | null;
  uid: number | null;
  /** Not on the server any more, as far as sync knows. */
  vanished: boolean;
}

/** Where the target ended before a move was sent. */
export interface TargetEnd {
  uidValidity: number;
  uidNext: number;
}

export interface PendingOp {
  id: string;
  verb: Verb;
  message: OpMessage;
  /** Of a flag: what the server had, and what is wanted. */
  base: boolean;
  wanted: boolean;
  /** Of a move or removal: mailbox the message lay in. */
  from: string | null;
  /** Of a move: mailbox it is to lie in. */
  to: string | null;
  attempts: number;
  /** Set once a move or removal was sent; of a removal it says no more than that. */
  tried: TargetEnd | null;
}

/** Read at a time: several rounds of one push take the rest. */
const MOST_READ = 5000;

const isDue = (mail: MailContext) => ({
  state: 'pending',
  [Op.or]: [{ nextAttemptAt: null }, { nextAttemptAt: { [Op.lte]: mail.now() } }],
});

/** Whether anything waits to be pushed now. */
export async function hasPendingOps(mail: MailContext, accountId: string): Promise<boolean> {
  const where = { accountId, ...isDue(mail) };
  return (await readRows(mail, 'mailOps', { where, attributes: ['id'], limit: 1 })).length > 0;
}

const fieldOf = (json: unknown, name: string): unknown =>
  typeof json === 'object' && json !== null ? (json as Values)[name] : undefined;

/** Where the target ended, out of the column `tried`. */
export function triedOf(json: unknown): TargetEnd | null {
  if (typeof json !== 'object' || json === null) return null;
  return { uidValidity: Number(fieldOf(json, 'uidValidity') ?? 0), uidNext: Number(fieldOf(json, 'uidNext') ?? 0) };
}

const GONE: Omit<OpMessage, 'id'> = {
  threadId: null,
  mailboxId: null,
  uidValidity: null,
  uid: null,
  vanished: true,
  messageIdHash: null,
  headerHash: null,
  internalDate: null,
  size: null,
  unreadable: false,
};

function messageOf(row: Values): OpMessage {
  return {
    id: String(row.id),
    threadId: idOf(row.threadId),
    mailboxId: idOf(row.mailboxId),
    uidValidity: numberOf(row.uidValidity),
    uid: numberOf(row.uid),
    vanished: Boolean(row.vanishedAt),
    messageIdHash: (row.messageIdHash as string | null) ?? null,
    headerHash: (row.headerHash as string | null) ?? null,
    internalDate: dateOf(row.internalDate),
    size: numberOf(row.size),
    unreadable: Boolean(row.unreadable),
  };
}

const MESSAGE_FIELDS = [
  ...['id', 'threadId', 'mailboxId', 'uidValidity', 'uid', 'vanishedAt'],
  ...['messageIdHash', 'headerHash', 'internalDate', 'size', 'unreadable'],
];

async function readMessages(mail: MailContext, ids: readonly string[]): Promise<Map<string, OpMessage>> {
  const messages = new Map<string, OpMessage>();
  for (const some of chunks([...new Set(ids)], 500)) {
    const rows = (await table(mail, 'mailMessages').findAll({
      where: { id: some },
      attributes: MESSAGE_FIELDS,
      raw: true,
    })) as unknown as Values[];
    for (const row of rows) messages.set(String(row.id), messageOf(row));
  }
  return messages;
}

/**
 * What is to be pushed now, oldest first. Of the moves and removals of one message only the first: the next one starts
 * where it ends.
 */
export async function readPending(mail: MailContext, accountId: string): Promise<PendingOp[]> {
  const ops = await table(mail, 'mailOps').findAll({
    where: { accountId, state: 'pending' },
    order: [['id', 'ASC']],
    limit: MOST_READ,
  });
  const values = ops.map((op) => op.get({ plain: true }) as Values);
  const messages = await readMessages(
    mail,
    values.map((op) => String(op.messageRowId)),
  );
  const now = mail.now();
  const relocating = new Set<string>();
  return values.flatMap((op) => {
    const messageId = String(op.messageRowId);
    const verb = op.verb as Verb;
    const due = !op.nextAttemptAt || (dateOf(op.nextAttemptAt) ?? now) <= now;
    const later = !isFlagVerb(verb) && relocating.has(messageId);
    if (!isFlagVerb(verb)) relocating.add(messageId);
    if (!due || later) return [];
    return {
      id: String(op.id),
      verb,
      message: messages.get(messageId) ?? { id: messageId, ...GONE },
      base: flagOf(fieldOf(op.base, 'value')),
      wanted: flagOf(fieldOf(op.wanted, 'value')),
      from: idOf(fieldOf(op.base, 'mailboxId')),
      to: idOf(fieldOf(op.wanted, 'mailboxId')),
      attempts: Number(op.attempts ?? 0),
      tried: triedOf(op.tried),
    };
  });
}
