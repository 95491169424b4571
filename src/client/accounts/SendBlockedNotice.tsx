/** "Can read, cannot send": why, and the command with which an administrator mends it. */
import React from 'react';
import { Alert, Flex, Typography } from 'antd';
import type { ErrorView } from '../../shared/types';
import { CopyField } from '../CopyField';
import { errorText, useT } from '../locale';
import { commandOf } from './causes';

interface SendBlockedNoticeProps {
  view: ErrorView;
  action?: React.ReactNode;
}

export function SendBlockedNotice({ view, action }: SendBlockedNoticeProps) {
  const t = useT();
  const command = commandOf(view);
  // The command stands below, where it can be copied.
  const { sentence, who } = errorText(t, command ? { ...view, params: { ...view.params, command: '' } } : view);
  return (
    <Alert
      type="warning"
      showIcon
      message={t('You can read this mailbox, but not send from it yet')}
      description={
        <Flex vertical gap="small">
          <Typography.Text>{sentence.trim()}</Typography.Text>
          {command ? (
            <>
              <CopyField value={command} label={t('Command for the administrator')} rows={1} />
              <Typography.Text type="secondary">{t('It takes effect within an hour.')}</Typography.Text>
            </>
          ) : (
            who && <Typography.Text type="secondary">{who}</Typography.Text>
          )}
          {action && <div>{action}</div>}
        </Flex>
      }
    />
  );
}
