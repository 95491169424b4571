/** Mails being written, docked at the bottom right of the mail centre; on a small screen the one in front fills it. */
import React, { useEffect, useState } from 'react';
import { CloseOutlined, EditOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, theme } from 'antd';
import { useT } from '../locale';
import { Composer } from './Composer';
import { deskOf } from './desk';
import { LeftBehind } from './LeftBehind';

export const ComposeDock = observer(function ComposeDock({ narrow }: { narrow: boolean }) {
  const t = useT();
  const { token } = theme.useToken();
  const { app } = useFlowEngine().context;
  const desk = deskOf(app);
  const { windows } = desk.state;
  const [titles, setTitles] = useState<Record<string, string>>({});
  useEffect(() => desk.dock(), [desk]);
  if (windows.length === 0) return <LeftBehind onOpen={(start) => desk.open(start)} />;
  const open = windows.some(({ minimised }) => !minimised);
  const frame: React.CSSProperties = narrow
    ? { position: 'fixed', inset: 0, zIndex: token.zIndexPopupBase - 10 }
    : {
        position: 'fixed',
        insetInlineEnd: token.marginLG,
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
      {windows.map(({ key, start, minimised }) => (
        <div key={key} style={minimised ? { display: 'none' } : frame}>
          <Composer
            start={start}
            layout={narrow ? 'full' : 'dock'}
            onClose={() => desk.close(key)}
            onMinimise={() => desk.minimise(key, true)}
            onTitle={(title) => setTitles((known) => (known[key] === title ? known : { ...known, [key]: title }))}
          />
        </div>
      ))}
      <Flex
        gap="small"
        wrap="wrap-reverse"
        justify="flex-end"
        style={{
          position: 'fixed',
          bottom: token.marginXS,
          insetInlineEnd:
            open && !narrow ? `calc(min(620px, 100vw - 48px) + ${token.marginLG + token.margin}px)` : token.margin,
          maxWidth: '60vw',
          zIndex: token.zIndexPopupBase - 11,
        }}
      >
        {windows
          .filter(({ minimised }) => minimised)
          .map(({ key }) => (
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
                onClick={() => desk.minimise(key, false)}
                style={{ maxWidth: 220, overflow: 'hidden' }}
              >
                <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{titles[key] ?? t('New message')}</span>
              </Button>
              <Button
                type="text"
                icon={<CloseOutlined />}
                aria-label={t('Close and keep the draft')}
                onClick={() => desk.close(key)}
              />
            </Flex>
          ))}
      </Flex>
    </>
  );
});
