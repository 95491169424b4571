/** One conversation in the list. */
import React from 'react';
import { FlagFilled, PaperClipOutlined } from '@ant-design/icons';
import { Tooltip, Typography, theme } from 'antd';
import type { ThreadView } from '../../../shared/types';
import { useT } from '../../locale';
import { participantsLine } from '../addresses';
import { fullDate, listDate } from '../dates';
import { useMailContext } from '../MailContext';
import { useStyles } from '../styles';

interface ThreadRowProps {
  thread: ThreadView;
  selected: boolean;
  onOpen: (thread: ThreadView) => void;
}

export const rowId = (threadId: string) => `mail-thread-${threadId}`;

export const ThreadRow = React.memo(function ThreadRow({ thread, selected, onOpen }: ThreadRowProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { locale, own } = useMailContext();
  const unread = thread.unreadCount > 0;
  const weight = unread ? token.fontWeightStrong : undefined;
  const people = participantsLine(thread.participants, own, t('Me')) || t('(no sender)');
  return (
    <div
      id={rowId(thread.id)}
      role="option"
      aria-selected={selected}
      className={styles.row}
      onClick={() => onOpen(thread)}
      data-thread={thread.id}
    >
      <span style={{ gridRow: '1 / span 3', paddingTop: 7 }}>
        {unread && (
          <span
            role="img"
            aria-label={t('Unread')}
            style={{ display: 'block', width: 8, height: 8, borderRadius: '50%', background: token.colorPrimary }}
          />
        )}
      </span>
      <span className={styles.line} style={{ fontWeight: weight }}>
        {people}
        {thread.messageCount > 1 && (
          <span className={styles.secondary} style={{ fontWeight: 'normal', marginInlineStart: 6 }}>
            {thread.messageCount}
          </span>
        )}
      </span>
      <Tooltip title={fullDate(thread.lastDate, locale)} mouseEnterDelay={0.6} placement="left">
        <time
          dateTime={thread.lastDate}
          className={unread ? undefined : styles.secondary}
          style={{ fontSize: token.fontSizeSM, fontWeight: weight, whiteSpace: 'nowrap' }}
        >
          {listDate(thread.lastDate, new Date(), locale)}
        </time>
      </Tooltip>
      <span className={styles.line} style={{ gridColumn: 2, fontWeight: weight }} dir="auto">
        {thread.subject.trim() || <Typography.Text italic>{t('(no subject)')}</Typography.Text>}
      </span>
      <span style={{ display: 'inline-flex', gap: 6, justifyContent: 'flex-end', alignItems: 'center' }}>
        {thread.hasAttachments && <PaperClipOutlined aria-label={t('Has attachments')} className={styles.secondary} />}
        {thread.flagged && <FlagFilled aria-label={t('Flagged')} style={{ color: token.colorWarning }} />}
      </span>
      <span
        className={`${styles.line} ${styles.secondary}`}
        style={{ gridColumn: '2 / span 2', fontSize: token.fontSizeSM, minHeight: '1.5em' }}
        dir="auto"
      >
        {thread.preview}
      </span>
    </div>
  );
});
