/**
 * Mails being written, docked at the bottom right of the mail centre; on a small screen the one in front fills it. Answers that stand at the
 * end of their conversation are rendered from here too: going elsewhere in the mail centre makes them a line of the dock.
 */
import React, { useEffect, useState } from 'react';
import { CloseOutlined, EditOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, theme } from 'antd';
import { createPortal } from 'react-dom';
import { useApp } from '../api';
import { useT } from '../locale';
import { Composer } from './Composer';
import { deskOf } from './desk';
import { BESIDE_HOST_BUTTON } from './dockPlace';
import { LeftBehind } from './LeftBehind';
import { Slot } from './Slot';

interface ComposeDockProps {
  narrow: boolean;
  /** The conversation that is open. */
  threadId: string | null;
}

export const ComposeDock = observer(function ComposeDock({ narrow, threadId }: ComposeDockProps) {
  const t = useT();
  const { token } = theme.useToken();
  const app = useApp();
  const desk = deskOf(app);
  const { windows } = desk.state;
  const [titles, setTitles] = useState<Record<string, string>>({});
  useEffect(() => desk.dock(), [desk]);
  if (windows.length === 0) return <LeftBehind onOpen={(start) => desk.open(start)} />;
  /** Where a window is: at the end of its conversation, away from it, or docked. */
  const placeOf = (window: (typeof windows)[number]) =>
    narrow || window.threadId === null ? 'dock' : window.threadId === threadId ? 'inline' : 'away';
  const isSmall = (window: (typeof windows)[number]) => placeOf(window) === 'away' || window.minimised;
  const docked = windows.filter((window) => placeOf(window) !== 'inline');
  const open = docked.some((window) => !isSmall(window));
  const frame: React.CSSProperties = narrow
    ? { position: 'fixed', inset: 0, zIndex: token.zIndexPopupBase - 10 }
    : {
        position: 'fixed',
        insetInlineEnd: BESIDE_HOST_BUTTON,
        bottom: 0,
        width: 'min(620px, calc(100vw - 48px))',
        height: 'min(620px, calc(100vh - 96px))',
        zIndex: token.zIndexPopupBase - 10,
        borderRadius: `${token.borderRadiusLG}px ${token.borderRadiusLG}px 0 0`,
        overflow: 'hidden',
        boxShadow: token.boxShadow,
        border: `1px solid ${token.colorBorderSecondary}`,
        borderBottom: 0,
      };
  return (
    <>
      {docked.map((window) => (
        <Slot
          key={window.key}
          node={desk.nodeOf(window.key)}
          style={isSmall(window) ? { display: 'none' } : { ...frame, display: 'grid', grid: '100% / minmax(0, 1fr)' }}
        />
      ))}
      {windows.map((window) => {
        const { key, start, draftId, yields } = window;
        const place = placeOf(window);
        return createPortal(
          <Composer
            key={key}
            start={start}
            draftId={draftId}
            layout={narrow ? 'full' : place === 'dock' ? 'dock' : 'inline'}
            yields={yields || place === 'away'}
            minimised={window.minimised}
            onClose={() => desk.close(key)}
            closedBy={(close) => desk.closedBy(key, close)}
            onMinimise={place === 'dock' ? () => desk.minimise(key, true) : undefined}
            onPopOut={place === 'inline' ? () => desk.popOut(key) : undefined}
            onDraft={(id) => desk.keepDraft(key, id)}
            onTitle={(title) => setTitles((known) => (known[key] === title ? known : { ...known, [key]: title }))}
          />,
          desk.nodeOf(key),
          key,
        );
      })}
      <Flex
        gap="small"
        wrap="wrap-reverse"
        justify="flex-end"
        style={{
          position: 'fixed',
          bottom: token.marginXS,
          insetInlineEnd:
            open && !narrow ? `calc(min(620px, 100vw - 48px) + ${BESIDE_HOST_BUTTON + token.margin}px)` : token.margin,
          maxWidth: '60vw',
          zIndex: token.zIndexPopupBase - 11,
        }}
      >
        {docked.filter(isSmall).map(({ key }) => (
          <Flex
            key={key}
            style={{
              boxShadow: token.boxShadowSecondary,
              borderRadius: token.borderRadius,
              background: token.colorBgElevated,
            }}
          >
            <Button
              icon={<EditOutlined />}
              aria-label={t('Go on writing: {{title}}', { title: titles[key] ?? t('New message') })}
              onClick={() => desk.popOut(key)}
              style={{ maxWidth: 220, overflow: 'hidden' }}
            >
              <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{titles[key] ?? t('New message')}</span>
            </Button>
            <Button
              type="text"
              icon={<CloseOutlined />}
              aria-label={t('Close and keep the draft')}
              onClick={() => desk.leave(key)}
            />
          </Flex>
        ))}
      </Flex>
    </>
  );
});
