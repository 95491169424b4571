/** In place of the list's head while lines are ticked: how many, and what can be done with them. */
import React from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { Button, Checkbox, Tooltip, Typography, theme } from 'antd';
import type { ThreadView } from '../../../shared/types';
import { useT } from '../../locale';
import { ActionButtons } from '../changes/ActionButtons';
import type { Action } from '../changes/place';
import { useStyles } from '../styles';
import type { Ticks } from './useTicks';

interface SelectionBarProps {
  ticks: Ticks;
  threads: readonly ThreadView[];
  actions: readonly Action[];
  onAct: (action: Action, threads: ThreadView[]) => void;
}

const WAYS: readonly Action[] = ['archive', 'notJunk', 'toInbox', 'remove', 'removeForGood', 'move'];

export function SelectionBar({ ticks, threads, actions, onAct }: SelectionBarProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const chosen = threads.filter(({ id }) => ticks.ids.has(id));
  const all = chosen.length === threads.length;
  const unread = chosen.some(({ unreadCount }) => unreadCount > 0);
  const unflagged = chosen.some(({ flagged }) => !flagged);
  const idle: readonly Action[] = [unread ? 'unread' : 'read', unflagged ? 'unflag' : 'flag'];
  const offered = actions.filter((action) => !idle.includes(action));
  const bin = offered.includes('remove') ? 'remove' : 'removeForGood';
  const shown = offered.filter((action) => WAYS.includes(action) && (action !== 'removeForGood' || action === bin));
  const buttons = [...shown, ...offered.filter((action) => action === 'read' || action === 'unread')];
  const more = offered.filter((action) => !buttons.includes(action));
  return (
    <div
      role="toolbar"
      aria-label={t('Selected conversations')}
      className={styles.bar}
      style={{ background: token.controlItemBgActive, borderBottom: 0 }}
    >
      <Checkbox
        checked={all}
        indeterminate={!all}
        aria-label={t('Select all that are listed')}
        onChange={ticks.all}
        style={{ marginInlineStart: 6 }}
      />
      <Typography.Text strong role="status" style={{ flex: 1, minWidth: 0, whiteSpace: 'nowrap' }}>
        {t('{{number}} selected', { number: chosen.length })}
      </Typography.Text>
      <ActionButtons actions={buttons} more={more} onAct={(action) => onAct(action, chosen)} />
      <Tooltip title={t('Select none')}>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('Select none')} onClick={ticks.clear} />
      </Tooltip>
    </div>
  );
}
