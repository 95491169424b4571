/** Says what was just done, with the way back, for some seconds; longer while the pointer or the focus is on it. */
import React, { useEffect, useState } from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { css } from '@emotion/css';
import { Button, theme } from 'antd';
import { useT } from '../../locale';
import type { Changes } from './useChanges';

const SHOWN_FOR = 8000;
const SHORTLY = 2500;

export function UndoBar({ changes }: { changes: Pick<Changes, 'done' | 'undo' | 'dismiss'> }) {
  const { done, undo, dismiss } = changes;
  const t = useT();
  const { token } = theme.useToken();
  const [held, setHeld] = useState(false);
  const undoable = Boolean(done?.moved) && !done?.undone;
  useEffect(() => {
    if (!done || held) return;
    const timer = setTimeout(dismiss, undoable ? SHOWN_FOR : SHORTLY);
    return () => clearTimeout(timer);
  }, [done, held, undoable, dismiss]);
  useEffect(() => {
    if (!done) setHeld(false);
  }, [done]);

  const bar = css`
    position: absolute;
    inset-inline: 0;
    bottom: 24px;
    z-index: 20;
    display: flex;
    justify-content: center;
    pointer-events: none;
    > div {
      display: flex;
      align-items: center;
      gap: ${token.marginXS}px;
      max-width: calc(100% - 32px);
      padding: 6px 6px 6px 16px;
      border-radius: ${token.borderRadiusLG}px;
      background: #1f1f1f;
      border: 1px solid #434343;
      color: #fff;
      box-shadow: ${token.boxShadow};
      pointer-events: auto;
    }
  `;
  return (
    <div className={bar} role="status" aria-live="polite">
      {done && (
        <div
          data-undo-bar
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span style={{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {done.text}
          </span>
          {done.moved && (
            <Button
              type="link"
              size="small"
              loading={done.undone}
              style={{ color: '#91caff', fontWeight: token.fontWeightStrong }}
              onClick={undo}
            >
              {t('Undo')}
            </Button>
          )}
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t('Close')}
            style={{ color: '#bfbfbf' }}
            onClick={dismiss}
          />
        </div>
      )}
    </div>
  );
}
