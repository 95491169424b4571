/** Above an open conversation: its subject, and what can be done with all of it. */
import React from 'react';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Grid, Typography, theme } from 'antd';
import type { ThreadDetail } from '../../shared/types';
import { useT } from '../locale';
import { ActionButtons } from './changes/ActionButtons';
import type { Action } from './changes/place';
import { useStyles } from './styles';

interface ConversationBarProps {
  detail: ThreadDetail | null;
  actions: readonly Action[];
  onAct: (action: Action) => void;
  onBack?: () => void;
}

/** Flags are offered one at a time, by what would change something. */
function offered(actions: readonly Action[], { messages }: ThreadDetail): Action[] {
  const unread = messages.some(({ seen }) => !seen);
  const flagged = messages.some((message) => message.flagged);
  return actions.filter(
    (action) => action !== (unread ? 'unread' : 'read') && action !== (flagged ? 'flag' : 'unflag'),
  );
}

const KEPT_NARROW: readonly Action[] = ['archive', 'notJunk', 'toInbox', 'remove'];

export function ConversationBar({ detail, actions, onAct, onBack }: ConversationBarProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const narrow = Grid.useBreakpoint().md === false;
  const all = detail ? offered(actions, detail) : [];
  const shown = narrow ? all.filter((action) => KEPT_NARROW.includes(action)) : all;
  const more = all.filter((action) => !shown.includes(action));
  return (
    <div
      className={styles.bar}
      role="toolbar"
      aria-label={t('Conversation')}
      style={{ background: token.colorBgContainer }}
    >
      {onBack && (
        <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t('Back to the list')} onClick={onBack} />
      )}
      <Typography.Title
        level={5}
        ellipsis={{ tooltip: detail?.subject }}
        style={{ margin: 0, flex: 1, minWidth: 0 }}
        dir="auto"
      >
        {detail ? detail.subject.trim() || t('(no subject)') : ' '}
      </Typography.Title>
      <ActionButtons actions={shown} more={more} onAct={onAct} />
    </div>
  );
}
