/** A change of mail by the reader, and how lists and conversations look with it before the server has answered. Pure. */
import type {
  MailboxRole,
  MailboxView,
  MessageSelection,
  MessageView,
  MoveResult,
  MoveTarget,
  ThreadDetail,
  ThreadView,
} from '../../../shared/types';
import { liesIn, samePlace, type Action, type Place } from './place';

export type Change =
  | { verb: 'seen'; value: boolean }
  | { verb: 'flagged'; value: boolean }
  | { verb: 'move'; to: MoveTarget }
  | { verb: 'remove'; permanently: boolean };

/** What the server is asked, and what it looks like here until it has answered. */
export interface Order {
  /** Which change it is, for the words about it. */
  action: Action;
  change: Change;
  /** null: the conversations have to be read first to know which of their messages are meant. */
  selection: MessageSelection | null;
  /** The list it was ordered from. */
  place: Place;
  /** The conversations concerned. */
  threadIds: readonly string[];
  /** Only these messages of them; null: all that lie in `place`. */
  messageIds: readonly string[] | null;
  /** Conversations of which nothing stays in `place`. */
  leaving: ReadonlySet<string>;
  /** How their lines look then, where the change alone does not say it. */
  line?: Partial<ThreadView>;
  /** Name of the mailbox it goes to, for the words. */
  folder?: string;
}

const TARGETS: Partial<Record<Action, MailboxRole>> = {
  archive: 'archive',
  junk: 'junk',
  notJunk: 'inbox',
  toInbox: 'inbox',
};

/** @param mailboxId where to, for `move` only */
export function changeOf(action: Action, mailboxId?: string): Change {
  switch (action) {
    case 'read':
    case 'unread':
      return { verb: 'seen', value: action === 'read' };
    case 'flag':
    case 'unflag':
      return { verb: 'flagged', value: action === 'flag' };
    case 'remove':
    case 'removeForGood':
      return { verb: 'remove', permanently: action === 'removeForGood' };
    default: {
      const role = TARGETS[action];
      return { verb: 'move', to: role ? { role } : { mailboxId: mailboxId ?? '' } };
    }
  }
}

/** Whether messages go elsewhere by it. */
export const takesAway = ({ verb }: Change): boolean => verb === 'move' || verb === 'remove';

/** A line of the list with a change of its flags. A conversation that becomes unread has one unread message at least. */
function lineWith(change: Change, thread: ThreadView): ThreadView {
  if (change.verb === 'seen') return { ...thread, unreadCount: change.value ? 0 : Math.max(1, thread.unreadCount) };
  return change.verb === 'flagged' ? { ...thread, flagged: change.value } : thread;
}

/** The list of a place as it will be once these orders are done. */
export function listWith(threads: readonly ThreadView[], place: Place, orders: readonly Order[]): ThreadView[] {
  return orders.reduce<ThreadView[]>(
    (lines, order) => {
      const here = samePlace(order.place, place);
      return lines
        .filter(({ id }) => !(here && order.leaving.has(id)))
        .map((line) => {
          if (!order.threadIds.includes(line.id)) return line;
          return order.line ? { ...line, ...order.line } : lineWith(order.change, line);
        });
    },
    [...threads],
  );
}

const isMeant = (order: Order, detail: ThreadDetail, message: MessageView) =>
  order.messageIds
    ? order.messageIds.includes(message.id)
    : order.threadIds.includes(detail.id) && liesIn(order.place, message);

/** A conversation as it will be once these orders are done. */
export function threadWith(
  detail: ThreadDetail,
  orders: readonly Order[],
  mailboxes: readonly MailboxView[],
): ThreadDetail {
  return orders.reduce((before, order) => {
    const { change } = order;
    const messages = before.messages.flatMap((message) => {
      if (!isMeant(order, before, message)) return [message];
      if (change.verb === 'seen' || change.verb === 'flagged') return [{ ...message, [change.verb]: change.value }];
      if (change.verb === 'remove' && (change.permanently || message.mailboxRole === 'trash')) return [];
      const to = change.verb === 'remove' ? { role: 'trash' as const } : change.to;
      const target = mailboxes.find((mailbox) =>
        'role' in to ? mailbox.accountId === before.accountId && mailbox.role === to.role : mailbox.id === to.mailboxId,
      );
      return target ? [{ ...message, mailboxId: target.id, mailboxRole: target.role }] : [message];
    });
    return { ...before, messages };
  }, detail);
}

/** The line of a conversation of which only some messages change. */
export function lineOf(detail: ThreadDetail, ids: readonly string[], change: Change): Partial<ThreadView> {
  if (change.verb !== 'seen' && change.verb !== 'flagged') return {};
  const after = detail.messages.map((message) =>
    ids.includes(message.id) ? { ...message, [change.verb]: change.value } : message,
  );
  return change.verb === 'seen'
    ? { unreadCount: after.filter(({ seen }) => !seen).length }
    : { flagged: after.some(({ flagged }) => flagged) };
}

/** What has to be asked of the server so that everything lies where it was: one move for each mailbox. */
export function undoing({ moved }: MoveResult): { ids: string[]; to: MoveTarget }[] {
  const byMailbox = new Map<string, string[]>();
  for (const { id, from, to } of moved) {
    if (from === null || to === null || from === to) continue;
    byMailbox.set(from, [...(byMailbox.get(from) ?? []), id]);
  }
  return [...byMailbox].map(([mailboxId, ids]) => ({ ids, to: { mailboxId } }));
}
