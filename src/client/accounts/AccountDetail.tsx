/** Below an account's address: what it is doing, or what is wrong and how it is mended. */
import React from 'react';
import { Button, Flex, Progress, Typography } from 'antd';
import type { AccountView } from '../../shared/types';
import { errorText, useT } from '../locale';
import { ErrorWithCauses } from './ErrorWithCauses';
import { SendBlockedNotice } from './SendBlockedNotice';
import { useLanguage } from './useLanguage';
import { ago, clock, firstSyncOf } from './words';

interface AccountDetailProps {
  account: AccountView;
  /** Tries sending again, after an administrator allowed it. */
  onCheckSending: () => void;
}

export function AccountDetail({ account, onCheckSending }: AccountDetailProps) {
  const t = useT();
  const { state, sendBlocked } = account;
  return (
    <Flex vertical gap="small">
      <Line account={account} />
      {state === 'firstSync' && <FirstSync account={account} />}
      {sendBlocked && account.storedState !== 'disconnected' && (
        <SendBlockedNotice
          view={sendBlocked}
          action={
            account.storedState === 'active' &&
            state !== 'providerBroken' && (
              <Button size="small" onClick={onCheckSending}>
                {t('Check again')}
              </Button>
            )
          }
        />
      )}
    </Flex>
  );
}

/** One sentence for the state. */
function Line({ account }: { account: AccountView }) {
  const t = useT();
  const language = useLanguage();
  const now = new Date();
  const { state, error, backOffUntil, lastSyncAt } = account;
  switch (state) {
    case 'reauthorize':
    case 'mailboxRefused': {
      const fallback =
        state === 'reauthorize'
          ? t('Microsoft asks you to sign in again. Nothing is lost; mail written meanwhile is kept.')
          : t('The sign-in works, but the mailbox does not open.');
      return error ? <ErrorWithCauses view={error} /> : <Typography.Text>{fallback}</Typography.Text>;
    }
    // Said once, over all accounts; what this one met before has nothing to do with it.
    case 'providerBroken':
      return null;
    case 'backingOff':
      return (
        <Flex vertical>
          <Typography.Text>
            {backOffUntil
              ? error?.kind === 'throttled'
                ? t('Microsoft asked us to slow down until {{time}}.', { time: clock(backOffUntil, now, language) })
                : t('The next attempt is at {{time}}.', { time: clock(backOffUntil, now, language) })
              : t('The next attempt is soon.')}
          </Typography.Text>
          {error && error.kind !== 'throttled' && (
            <Typography.Text type="secondary">{errorText(t, error).sentence}</Typography.Text>
          )}
        </Flex>
      );
    case 'paused':
      return <Typography.Text type="secondary">{t('No mail is fetched or sent until you resume.')}</Typography.Text>;
    case 'disconnected':
      return (
        <Typography.Text type="secondary">{t('The mail fetched so far is kept here, read-only.')}</Typography.Text>
      );
    case 'firstSync':
      return null;
    default:
      return lastSyncAt ? (
        <Typography.Text type="secondary">
          {t('Checked {{when}}', { when: ago(lastSyncAt, now, language) })}
        </Typography.Text>
      ) : null;
  }
}

function FirstSync({ account }: { account: AccountView }) {
  const t = useT();
  const format = new Intl.NumberFormat(useLanguage());
  const { key, done, total, percent } = firstSyncOf(account);
  return (
    <div role="status">
      <Typography.Text type="secondary">
        {t(key, { done: format.format(done), total: format.format(total ?? 0) })}
      </Typography.Text>
      {percent !== null && <Progress percent={percent} size="small" showInfo={false} aria-label={t('First sync')} />}
    </div>
  );
}
