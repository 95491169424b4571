/** What "Check set-up" found: a line a step, in plain words, and what is left for a real sign-in to prove. */
import React from 'react';
import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Button, Card, Flex, List, Space, Typography, theme } from 'antd';
import { useApp } from '../api';
import { MAIL_PATH } from '../../shared/constants';
import type { VerifyStep } from '../../shared/types';
import { errorText, useT } from '../locale';

const NAMES: Record<VerifyStep['step'], string> = {
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  publicUrl: 'Public address of this app',
  authority: 'Sign-in service',
  imapHost: 'IMAP server',
  smtpHost: 'SMTP server',
};

const STATUS: Record<VerifyStep['status'], string> = { ok: 'in order', failed: 'failed', skipped: 'not checked' };

export function VerifyResult({ steps }: { steps: VerifyStep[] }) {
  const t = useT();
  const app = useApp();
  const good = steps.every(({ status }) => status !== 'failed');
  return (
    <Card
      size="small"
      title={good ? t('Everything that can be checked from here is in order') : t('Something is not right yet')}
    >
      <List
        size="small"
        dataSource={steps}
        rowKey="step"
        renderItem={(step) => (
          <List.Item style={{ paddingInline: 0 }}>
            <Flex gap="small" align="flex-start">
              <StatusIcon status={step.status} />
              <Flex vertical>
                <Typography.Text>
                  {t(NAMES[step.step])} <Typography.Text type="secondary">· {t(STATUS[step.status])}</Typography.Text>
                </Typography.Text>
                {step.error && (
                  <Typography.Text type={step.status === 'failed' ? undefined : 'secondary'}>
                    {errorText(t, step.error).sentence}
                  </Typography.Text>
                )}
              </Flex>
            </Flex>
          </List.Item>
        )}
      />
      {good && (
        <Space wrap style={{ marginBlockStart: 12 }}>
          <Typography.Text type="secondary">
            {t('Permissions and consent show only in a real sign-in. Connect a mailbox to prove them:')}
          </Typography.Text>
          <Button type="link" style={{ padding: 0 }} onClick={() => app.router.navigate(MAIL_PATH)}>
            {t('Go to Mail')}
          </Button>
        </Space>
      )}
    </Card>
  );
}

function StatusIcon({ status }: Pick<VerifyStep, 'status'>) {
  const { token } = theme.useToken();
  const style = { fontSize: 16, marginBlockStart: 3 };
  if (status === 'ok') return <CheckCircleFilled aria-hidden style={{ ...style, color: token.colorSuccess }} />;
  if (status === 'failed') return <CloseCircleFilled aria-hidden style={{ ...style, color: token.colorError }} />;
  return <MinusCircleOutlined aria-hidden style={{ ...style, color: token.colorTextTertiary }} />;
}
