/** A sign-in that failed: what happened, who must act, what usually lies behind it, and the two ways on. */
import React from 'react';
import { Button, Flex, Result, Space, Typography } from 'antd';
import type { ConnectStatus, ErrorView } from '../../shared/types';
import { useT } from '../locale';
import { AdminConsent } from './AdminConsent';
import { ErrorWithCauses } from './ErrorWithCauses';
import { sameAgain, startedSignIn } from './signInAnswer';
import { useConnect } from './useConnect';

interface CallbackFailureProps {
  error: ErrorView;
  status?: ConnectStatus;
  returnPath: string;
}

export function CallbackFailure({ error, status, returnPath }: CallbackFailureProps) {
  const t = useT();
  const { leaving, connect, reconnect } = useConnect();
  const again = () => {
    const same = sameAgain(startedSignIn());
    if (same.account) void reconnect(same.account, returnPath);
    else void connect(same.provider, { returnPath, startDate: same.startDate });
  };
  // A person who cancelled needs no number; an administrator finds the attempt in Entra's sign-in log by it.
  const reference = error.who === 'user' ? undefined : error.params?.reference;
  return (
    <Flex vertical gap="middle" role="alert">
      <Result
        status={error.who === 'user' ? 'warning' : 'error'}
        title={t('Your mailbox was not connected')}
        subTitle={<ErrorWithCauses view={error} />}
        style={{ padding: 16 }}
      />
      {status?.adminConsentUrl && <AdminConsent url={status.adminConsentUrl} />}
      {reference !== undefined && (
        <Typography.Text type="secondary">
          {t('Reference for your administrator:')} <Typography.Text copyable>{String(reference)}</Typography.Text>
        </Typography.Text>
      )}
      <Flex justify="center">
        <Space wrap>
          <Button type="primary" loading={leaving} onClick={again}>
            {t('Try again')}
          </Button>
          <Button href={returnPath}>{t('Back')}</Button>
        </Space>
      </Flex>
    </Flex>
  );
}
