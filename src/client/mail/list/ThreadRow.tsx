/** One conversation in the list. */
import React from 'react';
import { FlagFilled, PaperClipOutlined } from '@ant-design/icons';
import { Checkbox, Tooltip, Typography, theme } from 'antd';
import type { ThreadView } from '../../../shared/types';
import { useT } from '../../locale';
import { addressKey, participantsLine } from '../addresses';
import { ActionButtons } from '../changes/ActionButtons';
import type { Action } from '../changes/place';
import { fullDate, listDate } from '../dates';
import { useMailContext } from '../MailContext';
import { PersonAvatar } from '../PersonAvatar';
import { Highlighted } from '../search/Highlighted';
import { useStyles } from '../styles';
import { useRowStyles } from './rowStyles';

export interface ThreadRowProps {
  thread: ThreadView;
  /** It is the one that is read. */
  open: boolean;
  /** Where the keyboard stands. */
  current: boolean;
  ticked: boolean;
  /** Some line of the list is ticked: a click ticks instead of opening. */
  ticking: boolean;
  /** Words of the search. */
  words: readonly string[];
  /** What is offered under the pointer. */
  actions: readonly Action[];
  onOpen: (thread: ThreadView) => void;
  /** @param range from the line ticked last to this one */
  onTick: (id: string, range: boolean) => void;
  onAct: (action: Action, threads: ThreadView[]) => void;
}

export const rowId = (threadId: string) => `mail-thread-${threadId}`;

/** The actions under the pointer: the way out, the bin, and the two flags. */
function quickActions(actions: readonly Action[], { unreadCount, flagged }: ThreadView): Action[] {
  const way = actions.find((action) => ['archive', 'notJunk', 'toInbox'].includes(action));
  const bin = actions.find((action) => ['remove', 'removeForGood'].includes(action));
  const flags: Action[] = [unreadCount > 0 ? 'read' : 'unread', flagged ? 'unflag' : 'flag'];
  return [way, bin, ...flags].filter((action) => action !== undefined && actions.includes(action)) as Action[];
}

export const ThreadRow = React.memo(function ThreadRow(props: ThreadRowProps) {
  const { thread, open, current, ticked, ticking, words, actions, onOpen, onTick, onAct } = props;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const row = useRowStyles();
  const { locale, own } = useMailContext();
  const unread = thread.unreadCount > 0;
  const weight = unread ? token.fontWeightStrong : undefined;
  const people = participantsLine(thread.participants, own, t('Me')) || t('(no sender)');
  const face = thread.participants.find(({ address }) => !own.has(addressKey(address))) ?? thread.participants[0];
  return (
    <div
      id={rowId(thread.id)}
      role="option"
      aria-selected={ticking ? ticked : open}
      aria-current={open ? 'true' : undefined}
      className={row.row}
      data-thread={thread.id}
      data-ticked={ticked || undefined}
      data-cursor={current || undefined}
      onClick={(event) => {
        if (event.shiftKey) {
          event.preventDefault();
          window.getSelection()?.removeAllRanges();
          onTick(thread.id, true);
        } else if (event.ctrlKey || event.metaKey || ticking) onTick(thread.id, false);
        else onOpen(thread);
      }}
    >
      <span
        className={row.face}
        data-ticking={ticking || undefined}
        onClick={(event) => {
          event.stopPropagation();
          onTick(thread.id, event.shiftKey);
        }}
      >
        <span data-part="avatar">
          <PersonAvatar person={face} size={36} />
        </span>
        <Checkbox checked={ticked} tabIndex={-1} aria-label={t('Select')} style={{ pointerEvents: 'none' }} />
      </span>
      {unread && <span role="img" aria-label={t('Unread')} className={row.dot} />}
      <span className={styles.line} style={{ fontWeight: weight }}>
        <Highlighted text={people} words={words} />
        {thread.messageCount > 1 && <span className={row.count}>{thread.messageCount}</span>}
      </span>
      <span data-part="when" style={{ display: 'inline-flex', justifyContent: 'flex-end' }}>
        <Tooltip title={fullDate(thread.lastDate, locale)} mouseEnterDelay={0.6} placement="left">
          <time
            dateTime={thread.lastDate}
            className={unread ? undefined : styles.secondary}
            style={{ fontSize: token.fontSizeSM, fontWeight: weight, whiteSpace: 'nowrap' }}
          >
            {listDate(thread.lastDate, new Date(), locale)}
          </time>
        </Tooltip>
      </span>
      <span className={row.subject}>
        <span className={styles.line} style={{ flex: 1, fontWeight: weight }} dir="auto">
          {thread.subject.trim() ? (
            <Highlighted text={thread.subject} words={words} />
          ) : (
            <Typography.Text italic>{t('(no subject)')}</Typography.Text>
          )}
        </span>
        <span className={row.marks}>
          {thread.hasAttachments && (
            <PaperClipOutlined aria-label={t('Has attachments')} className={styles.secondary} />
          )}
          {thread.flagged && <FlagFilled aria-label={t('Flagged')} style={{ color: token.colorWarning }} />}
        </span>
      </span>
      <span className={`${styles.line} ${styles.secondary} ${row.preview}`} dir="auto">
        <Highlighted text={thread.preview} words={words} />
      </span>
      {actions.length > 0 && !ticking && (
        // For the pointer only: the keyboard has its keys, and a screen reader the bar of the open conversation.
        <span aria-hidden className={row.actions} onClick={(event) => event.stopPropagation()}>
          <ActionButtons
            size="small"
            pointerOnly
            actions={quickActions(actions, thread)}
            onAct={(action) => onAct(action, [thread])}
          />
        </span>
      )}
    </div>
  );
});
