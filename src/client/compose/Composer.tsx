/** Writes one mail. The same in the dock, at the end of a conversation, in a dialog, in a block of a page and on a small screen. */
import React, { useEffect, useRef, useState } from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { Button, Flex, Skeleton, Typography, theme } from 'antd';
import type { OutboxView } from '../../shared/types';
import { ErrorNotice } from '../ErrorNotice';
import { Loading } from '../Loading';
import { useT } from '../locale';
import { MailTheme } from '../mail/MailTheme';
import { ComposeSheet } from './ComposeSheet';
import type { ComposeStart } from './desk';
import { takesFocus, type ComposeLayout } from './layout';
import { useStart } from './useStart';

export interface ComposerProps {
  start: ComposeStart;
  /** Its draft on the server, where there was one when it was last shown. */
  draftId?: string | null;
  layout: ComposeLayout;
  /** It closes by itself if nothing was written in it. */
  yields?: boolean;
  onClose: () => void;
  /** Is given how it closes, for who closes it while it is not to be seen; until the function that is returned is called. */
  closedBy?: (close: () => void) => () => void;
  onMinimise?: () => void;
  /** It is not to be seen, until it is brought back. */
  minimised?: boolean;
  /** Out of the conversation; `save` gives its draft. */
  onPopOut?: (save: () => Promise<OutboxView>) => void;
  /** There is a draft on the server now, or none any more. */
  onDraft?: (draftId: string | null) => void;
  /** The subject, for a minimised window. */
  onTitle?: (title: string) => void;
}

export function Composer(props: ComposerProps) {
  const [begun, setBegun] = useState<{ start: ComposeStart; turn: number }>({
    start: props.draftId ? { kind: 'draft', draft: { id: props.draftId } } : props.start,
    turn: 0,
  });
  return (
    <Begun
      key={begun.turn}
      {...props}
      begun={begun.start}
      onInstead={(start) => setBegun(({ turn }) => ({ start, turn: turn + 1 }))}
    />
  );
}

function Begun({ begun, ...props }: ComposerProps & { begun: ComposeStart; onInstead: (start: ComposeStart) => void }) {
  const { onClose, layout } = props;
  const { data, error, reload, abandon } = useStart(begun);
  const t = useT();
  const { token } = theme.useToken();
  const waiting = useRef<HTMLDivElement>(null);
  // Who types on before it is there does not mean the list of mail.
  useEffect(() => {
    if (takesFocus(layout)) waiting.current?.focus({ preventScroll: true });
  }, [layout]);
  // A dialog takes its time to go, and what comes meanwhile is not wanted either.
  const close = () => {
    abandon();
    onClose();
  };
  if (data) {
    return (
      <MailTheme>
        <ComposeSheet {...props} started={data} />
      </MailTheme>
    );
  }
  return (
    <Flex
      ref={waiting}
      vertical
      data-composer
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && close()}
      style={{ height: '100%', background: token.colorBgElevated, outline: 'none' }}
    >
      <Flex align="center" justify="space-between" style={{ padding: `${token.paddingXS}px ${token.padding}px` }}>
        <Typography.Text strong>{t('New message')}</Typography.Text>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('Close')} onClick={close} />
      </Flex>
      <div style={{ padding: token.padding }}>
        {error ? (
          <ErrorNotice view={error} onRetry={() => void reload()} />
        ) : (
          <Loading>
            <Skeleton active paragraph={{ rows: 6 }} />
          </Loading>
        )}
      </div>
    </Flex>
  );
}
