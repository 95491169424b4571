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
  const { sentence, who } = errorText(t, view);
  const command = commandOf(view);
  return (
    <Alert
      type="warning"
      showIcon
      action={action}
      message={t('You can read this mailbox, but not send from it yet')}
      description={
        <Flex vertical gap="small">
          <Typography.Text>{sentence}</Typography.Text>
          {command ? (
            <>
              <Typography.Text type="secondary">
                {t('An Exchange administrator allows it with this command. It takes effect within an hour.')}
              </Typography.Text>
              <CopyField value={command} label={t('Command for the administrator')} />
            </>
          ) : (
            who && <Typography.Text type="secondary">{who}</Typography.Text>
          )}
        </Flex>
      }
    />
  );
}
