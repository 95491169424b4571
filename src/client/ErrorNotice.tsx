/** An error in the page: its sentence, who must act, and what can be done about it here. */
import React from 'react';
import { Alert, Button, Flex, Typography } from 'antd';
import type { ErrorView } from '../shared/types';
import { errorText, useT } from './locale';

interface ErrorNoticeProps {
  view: ErrorView;
  /** Shown as a "Try again" button. */
  onRetry?: () => void;
  /** Other buttons, links or details. */
  children?: React.ReactNode;
  type?: 'error' | 'warning' | 'info';
  banner?: boolean;
  /** The reader is the administrator: not told that he has to act. */
  toAdministrator?: boolean;
}

export function ErrorNotice({ view, onRetry, children, type = 'error', banner, toAdministrator }: ErrorNoticeProps) {
  const t = useT();
  const { sentence, who: acts } = errorText(t, view);
  const who = toAdministrator && view.who === 'administrator' ? '' : acts;
  return (
    <Alert
      type={type}
      showIcon
      banner={banner}
      role="alert"
      message={sentence}
      description={
        who || children ? (
          <Flex vertical gap="small">
            {who && <Typography.Text type="secondary">{who}</Typography.Text>}
            {children}
          </Flex>
        ) : undefined
      }
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            {t('Try again')}
          </Button>
        )
      }
    />
  );
}
