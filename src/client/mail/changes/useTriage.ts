/** Sorting mail: what is offered for some conversations or messages, and what happens to list and reader when it is done. */
import { useCallback, useMemo, useRef } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { MailboxView, MessageSelection, MessageView, ThreadDetail, ThreadView } from '../../../shared/types';
import { useT } from '../../locale';
import { mailboxLabel } from '../folders/mailboxes';
import { changeOf, lineOf, takesAway, type Order } from './change';
import { actionsIn, meansNewest, meantBy, messagesIn, roleOf, selectionIn, type Action, type Place } from './place';
import type { Changes } from './useChanges';

/** What is needed of a conversation to change it. */
export type Subject = Pick<ThreadView, 'id' | 'accountId' | 'unreadCount' | 'flagged' | 'messageCount'>;

/** The open conversation as the subject of a change. */
export const subjectOf = ({ id, accountId, messages }: ThreadDetail): Subject => ({
  id,
  accountId,
  unreadCount: messages.filter(({ seen }) => !seen).length,
  flagged: messages.some(({ flagged }) => flagged),
  messageCount: messages.length,
});

export interface Triage {
  /** What is offered where the reader stands. */
  actions: readonly Action[];
  /** @param mailboxId where to, for `move` only */
  act: (action: Action, threads: readonly Subject[], mailboxId?: string) => void;
  /** The same for single messages of the open conversation. */
  actOnMessages: (action: Action, messages: readonly MessageView[], mailboxId?: string) => void;
}

interface TriageSetting {
  place: Place;
  mailboxes: readonly MailboxView[];
  changes: Changes;
  /** The open conversation. */
  detail: ThreadDetail | null;
  /** Told which conversations leave the list, before they do. */
  onLeaving: (ids: ReadonlySet<string>) => void;
  /** Told what became unread by the reader's wish: reading on does not take it back. */
  onUnread?: (threadIds: readonly string[]) => void;
}

export function useTriage(setting: TriageSetting): Triage {
  const t = useT();
  const { context } = useFlowEngine();
  const latest = useRef(setting);
  latest.current = setting;

  const confirmed = useCallback(
    (action: Action, number: number, run: () => void) => {
      if (action !== 'removeForGood') return run();
      context.modal.confirm({
        title: number === 1 ? t('Delete permanently?') : t('Delete {{number}} conversations permanently?', { number }),
        content: t('They are deleted in Outlook too. This cannot be undone.'),
        okText: t('Delete permanently'),
        okButtonProps: { danger: true },
        cancelText: t('Cancel'),
        onOk: run,
      });
    },
    [context, t],
  );

  const folderOf = useCallback(
    (mailboxId: string | undefined) => {
      const mailbox = latest.current.mailboxes.find(({ id }) => id === mailboxId);
      return mailbox && mailboxLabel(t, mailbox);
    },
    [t],
  );

  const act = useCallback(
    (action: Action, threads: readonly Subject[], mailboxId?: string) => {
      if (threads.length === 0) return;
      confirmed(action, threads.length, () => {
        const { place, changes, detail, onLeaving, onUnread } = latest.current;
        const threadIds = threads.map(({ id }) => id);
        const change = changeOf(action, mailboxId);
        const leaving = new Set(takesAway(change) && action !== 'move' ? threadIds : []);
        if (change.verb === 'move' && 'mailboxId' in change.to) {
          const stays = place.kind === 'mailbox' && place.mailboxId === change.to.mailboxId;
          if (stays) return;
          for (const id of threadIds) leaving.add(id);
        }
        const open = detail && threadIds.length === 1 && threadIds[0] === detail.id ? detail : null;
        const ids = open && meantBy(action, place, open);
        if (ids?.length === 0) return;
        const order: Order = {
          ...{ action, change, place, threadIds, leaving, messageIds: ids, folder: folderOf(mailboxId) },
          selection: ids ? { ids } : wholeOf(action, place, threadIds),
          ...(open && ids && { line: lineOf(open, ids, change) }),
        };
        if (action === 'unread') onUnread?.(threadIds);
        if (leaving.size > 0) onLeaving(leaving);
        changes.run(order);
      });
    },
    [confirmed, folderOf],
  );

  const actOnMessages = useCallback(
    (action: Action, messages: readonly MessageView[], mailboxId?: string) => {
      const [first] = messages;
      if (!first) return;
      confirmed(action, 1, () => {
        const { place, changes, detail, onLeaving, onUnread } = latest.current;
        const threadId = detail?.id ?? first.threadId ?? '';
        const messageIds = messages.map(({ id }) => id);
        const change = changeOf(action, mailboxId);
        const rest = detail ? messagesIn(place, detail).filter(({ id }) => !messageIds.includes(id)) : [];
        const leaving = new Set(takesAway(change) && rest.length === 0 ? [threadId] : []);
        if (action === 'unread') onUnread?.([threadId]);
        if (leaving.size > 0) onLeaving(leaving);
        changes.run({
          ...{ action, change, place, leaving, messageIds, folder: folderOf(mailboxId) },
          threadIds: [threadId],
          selection: { ids: messageIds },
          line: detail ? lineOf(detail, messageIds, change) : {},
        });
      });
    },
    [confirmed, folderOf],
  );

  const { place } = setting;
  return useMemo(() => ({ actions: actionsIn(roleOf(place)), act, actOnMessages }), [place, act, actOnMessages]);
}

/** null where one has to look into the conversations first. */
function wholeOf(action: Action, place: Place, threadIds: string[]): MessageSelection | null {
  return place.kind === 'everywhere' || meansNewest(action) ? null : selectionIn(place, threadIds);
}
