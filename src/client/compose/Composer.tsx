/** Writes one mail. The same in the dock, in a dialog and on a small screen. */
import React from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { Button, Flex, Skeleton, Typography, theme } from 'antd';
import { ErrorNotice } from '../ErrorNotice';
import { useT } from '../locale';
import { MailTheme } from '../mail/MailTheme';
import { ComposeSheet } from './ComposeSheet';
import type { ComposeStart } from './desk';
import { useStart } from './useStart';

export interface ComposerProps {
  start: ComposeStart;
  layout: 'dock' | 'full' | 'dialog';
  onClose: () => void;
  onMinimise?: () => void;
  /** The subject, for a minimised window. */
  onTitle?: (title: string) => void;
}

export function Composer(props: ComposerProps) {
  const { start, onClose } = props;
  const { data, error, reload } = useStart(start);
  const t = useT();
  const { token } = theme.useToken();
  if (data) {
    return (
      <MailTheme>
        <ComposeSheet {...props} started={data} />
      </MailTheme>
    );
  }
  return (
    <Flex vertical style={{ height: '100%', background: token.colorBgElevated }}>
      <Flex align="center" justify="space-between" style={{ padding: `${token.paddingXS}px ${token.padding}px` }}>
        <Typography.Text strong>{t('New message')}</Typography.Text>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('Close')} onClick={onClose} />
      </Flex>
      <div style={{ padding: token.padding }}>
        {error ? (
          <ErrorNotice view={error} onRetry={() => void reload()} />
        ) : (
          <Skeleton active paragraph={{ rows: 6 }} />
        )}
      </div>
    </Flex>
  );
}
