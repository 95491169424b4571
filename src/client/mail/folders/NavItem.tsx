/** One line of the side bar. */
import React from 'react';
import { RightOutlined } from '@ant-design/icons';
import { Tooltip, theme } from 'antd';
import { useT } from '../../locale';
import { useStyles } from '../styles';

interface NavItemProps {
  icon: React.ReactNode;
  label: string;
  /** Told when the pointer rests on it. */
  hint?: React.ReactNode;
  count: number;
  /** It counts what is there, not what is unread. */
  countsAll?: boolean;
  current: boolean;
  /** How far it is nested. */
  depth?: number;
  /** Set where there is something below it. */
  expanded?: boolean;
  onToggle?: () => void;
  /** It cannot be read just now. */
  failing?: boolean;
  onClick: () => void;
}

export function NavItem(props: NavItemProps) {
  const { icon, label, hint, count, countsAll, current, depth = 0, expanded, onToggle, failing, onClick } = props;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  // Room for the twisty, also in a compact theme.
  const indent = Math.max(token.paddingSM, 16) + depth * 16;
  return (
    <div style={{ position: 'relative' }}>
      {expanded !== undefined && (
        <button
          type="button"
          className={styles.twisty}
          style={{ insetInlineStart: indent - 16 }}
          aria-expanded={expanded}
          aria-label={
            expanded
              ? t('Hide the folders below {{name}}', { name: label })
              : t('Show the folders below {{name}}', { name: label })
          }
          onClick={onToggle}
        >
          <RightOutlined rotate={expanded ? 90 : 0} style={{ fontSize: 9 }} />
        </button>
      )}
      <Tooltip title={hint} placement="right" mouseEnterDelay={0.8}>
        <button
          type="button"
          className={styles.navItem}
          aria-current={current ? 'page' : undefined}
          aria-label={label}
          aria-description={
            count === 0 ? undefined : countsAll ? String(count) : t('{{number}} unread', { number: count })
          }
          style={{ paddingInlineStart: indent }}
          onClick={onClick}
        >
          <span aria-hidden style={{ display: 'inline-flex', color: failing ? token.colorErrorText : undefined }}>
            {icon}
          </span>
          <span className={styles.line} style={{ flex: 1, fontWeight: count > 0 ? token.fontWeightStrong : undefined }}>
            {label}
          </span>
          {count > 0 && (
            <span aria-hidden style={{ fontSize: token.fontSizeSM, fontWeight: token.fontWeightStrong }}>
              {count > 999 ? '999+' : count}
            </span>
          )}
        </button>
      </Tooltip>
    </div>
  );
}
