/** Where Microsoft returns the browser: finishes the sign-in, says what happens, and goes back to where the person came from. */
import React, { useEffect } from 'react';
import { CheckCircleFilled, LoadingOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Result, Steps, Typography, theme } from 'antd';
import { useApp } from '../api';
import { MAIL_PATH, OAUTH_CALLBACK_PATH } from '../../shared/constants';
import type { ConnectStatus } from '../../shared/types';
import { useT } from '../locale';
import { MailTheme } from '../mail/MailTheme';
import { CallbackFailure } from './CallbackFailure';
import { SendBlockedNotice } from './SendBlockedNotice';
import { currentApproval, forgetStarted, safePath, startedSignIn } from './signInAnswer';
import { STAGES, stageOf } from './stages';
import { useFinish } from './useFinish';

export default function CallbackPage() {
  const { token } = theme.useToken();
  return (
    <MailTheme>
      <Flex
        component="main"
        align="flex-start"
        justify="center"
        style={{ minHeight: '100vh', padding: '8vh 16px 32px', background: token.colorBgLayout }}
      >
        <Card variant="borderless" style={{ width: '100%', maxWidth: 560 }}>
          <Content />
        </Card>
      </Flex>
    </MailTheme>
  );
}

function Content() {
  const t = useT();
  const app = useApp();
  const finish = useFinish();
  const home = app.getHref(MAIL_PATH);

  useEffect(() => {
    if (finish.step === 'signIn') {
      app.router.navigate(`/signin?redirect=${encodeURIComponent(OAUTH_CALLBACK_PATH)}`, { replace: true });
    }
  }, [app, finish.step]);

  switch (finish.step) {
    case 'nothing': {
      const approval = currentApproval();
      if (approval) return <Approval approved={approval.approved} path={home} />;
      return (
        <Result
          status="info"
          title={t('There is no sign-in to finish here')}
          subTitle={t('This page is where Microsoft returns you after signing in. Start with Connect Outlook in Mail.')}
          extra={<BackButton path={home} />}
        />
      );
    }
    case 'signIn':
    case 'working':
      return <Progress status={finish.step === 'working' ? finish.status : null} />;
    case 'refused':
      return <CallbackFailure error={finish.error} returnPath={safePath(startedSignIn()?.returnPath, home)} />;
    case 'over': {
      const { status } = finish;
      const returnPath = safePath(status.returnPath, home);
      if (status.state === 'done') return <Success status={status} returnPath={returnPath} />;
      const error = status.error ?? { code: 'bug', kind: 'permanent', who: 'us' };
      return <CallbackFailure error={error} status={status} returnPath={returnPath} />;
    }
  }
}

function Progress({ status }: { status: ConnectStatus | null }) {
  const t = useT();
  const current = stageOf(status?.state ?? 'returned');
  return (
    <div role="status" aria-live="polite">
      <Typography.Title level={4} style={{ marginBlockStart: 0 }}>
        {t('Connecting your mailbox')}
      </Typography.Title>
      {status?.address && <Typography.Paragraph type="secondary">{status.address}</Typography.Paragraph>}
      <Steps
        direction="vertical"
        size="small"
        current={current}
        items={STAGES.map((stage, index) => ({
          title: t(stage),
          icon: index === current ? <LoadingOutlined /> : undefined,
        }))}
      />
      <Typography.Text type="secondary">{t('This takes a few seconds. Please keep this page open.')}</Typography.Text>
    </div>
  );
}

function Success({ status, returnPath }: { status: ConnectStatus; returnPath: string }) {
  const t = useT();
  const { token } = theme.useToken();
  const { sendBlocked, address } = status;

  useEffect(() => {
    forgetStarted();
    // The whole address, since the person may have come from the other runtime.
    if (!sendBlocked) window.location.replace(returnPath);
  }, [returnPath, sendBlocked]);

  return (
    <Flex vertical gap="middle" role="status">
      <Result
        icon={<CheckCircleFilled style={{ color: token.colorSuccess }} />}
        title={t('Your mailbox is connected')}
        subTitle={address}
        extra={sendBlocked ? undefined : <BackButton path={returnPath} />}
        style={{ padding: 16 }}
      />
      {sendBlocked && (
        <>
          <SendBlockedNotice view={sendBlocked} />
          <Flex justify="center">
            <BackButton path={returnPath} label={t('Continue to your mail')} />
          </Flex>
        </>
      )}
    </Flex>
  );
}

/** For the administrator who followed the approval link; he need not be a user of this app. */
function Approval({ approved, path }: { approved: boolean; path: string }) {
  const t = useT();
  return (
    <Result
      status={approved ? 'success' : 'warning'}
      title={approved ? t('The app is approved for your organisation') : t('The app was not approved')}
      subTitle={
        approved
          ? t('People can connect their mailboxes now. You may close this page.')
          : t('Nothing has changed. You can open the approval link again at any time.')
      }
      extra={<BackButton path={path} />}
    />
  );
}

function BackButton({ path, label }: { path: string; label?: string }) {
  const t = useT();
  return (
    <Button type="primary" href={path}>
      {label ?? t('Back to Mail')}
    </Button>
  );
}
