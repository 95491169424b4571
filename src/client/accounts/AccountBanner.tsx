/** What is wrong with a mailbox, on every page of mail, with the one click that mends it. */
import React, { useState } from 'react';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Alert, Button, Flex, Modal } from 'antd';
import type { AccountView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useMail } from '../live';
import { errorText, useT, type Translate } from '../locale';
import { ErrorWithCauses } from './ErrorWithCauses';
import { ProviderBroken } from './ProviderBroken';
import { SendBlockedNotice } from './SendBlockedNotice';
import { useConnect } from './useConnect';
import { useLanguage } from './useLanguage';
import { clock, stateWords } from './words';

interface AccountBannerProps {
  /** One account; absent: all of them, the most urgent first. */
  accountId?: string;
  /** Also tell that an account cannot send (for composing). */
  sending?: boolean;
}

export const AccountBanner = observer(function AccountBanner({ accountId, sending }: AccountBannerProps) {
  const { state } = useMail();
  const accounts = state.accounts
    .filter((account) => !accountId || account.id === accountId)
    .sort((a, b) => stateWords(b.state).urgency - stateWords(a.state).urgency);
  const broken = accounts.some((account) => account.state === 'providerBroken');
  const told = accounts.filter(({ state }) => stateWords(state).urgency > 0 && state !== 'providerBroken');
  const blocked = sending
    ? accounts.filter(({ sendBlocked, storedState }) => sendBlocked && storedState === 'active')
    : [];
  if (!broken && told.length === 0 && blocked.length === 0) return null;
  return (
    <Flex vertical>
      {broken && <ProviderBroken banner />}
      {told.map((account) => (
        <StateBanner key={account.id} account={account} />
      ))}
      {blocked.map(({ id, sendBlocked }) => sendBlocked && <SendBlockedNotice key={id} view={sendBlocked} />)}
    </Flex>
  );
});

function StateBanner({ account }: { account: AccountView }) {
  const t = useT();
  const language = useLanguage();
  const api = useApi();
  const { context } = useFlowEngine();
  const { leaving, reconnect } = useConnect();
  const { tone } = stateWords(account.state);
  const [open, setOpen] = useState(false);
  const [trying, setTrying] = useState(false);
  const tryNow = async () => {
    setTrying(true);
    try {
      await api.accounts.sync(account.id);
      setOpen(false);
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    } finally {
      setTrying(false);
    }
  };
  const action =
    account.state === 'reauthorize' ? (
      <Button size="small" type="primary" loading={leaving} onClick={() => void reconnect(account)}>
        {t('Reconnect')}
      </Button>
    ) : account.state === 'mailboxRefused' && account.error ? (
      <Button size="small" onClick={() => setOpen(true)}>
        {t('Why?')}
      </Button>
    ) : undefined;
  return (
    <>
      <Alert
        banner
        type={tone === 'warning' ? 'warning' : 'error'}
        role={tone === 'warning' ? 'status' : 'alert'}
        message={bannerText(t, account, language)}
        action={action}
      />
      <Modal
        open={open}
        title={account.address}
        onCancel={() => setOpen(false)}
        footer={[
          <Button key="reconnect" loading={leaving} onClick={() => void reconnect(account)}>
            {t('Connect again')}
          </Button>,
          <Button key="retry" type="primary" loading={trying} onClick={() => void tryNow()}>
            {t('Try again')}
          </Button>,
        ]}
      >
        {account.error && <ErrorWithCauses view={account.error} />}
      </Modal>
    </>
  );
}

function bannerText(t: Translate, account: AccountView, language: string): string {
  const { address, state, error, backOffUntil } = account;
  if (state === 'reauthorize') return t('{{address}}: Microsoft asks you to sign in again.', { address });
  if (state === 'backingOff' && backOffUntil) {
    const time = clock(backOffUntil, new Date(), language);
    return error?.kind === 'throttled'
      ? t('{{address}}: Microsoft asked us to slow down until {{time}}.', { address, time })
      : t('{{address}}: mail cannot be fetched just now; the next attempt is at {{time}}.', { address, time });
  }
  return `${address}: ${t('The sign-in works, but the mailbox does not open.')}`;
}
