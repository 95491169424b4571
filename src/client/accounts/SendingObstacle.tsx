/** Why nothing can be sent from an account, with the one click that mends it where there is one. */
import React, { useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Alert, Button } from 'antd';
import type { AccountView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useMail } from '../live';
import { errorText, useT } from '../locale';
import { SendBlockedNotice } from './SendBlockedNotice';
import { useConnect } from './useConnect';

export function SendingObstacle({ account }: { account: AccountView }) {
  const t = useT();
  const api = useApi();
  const live = useMail();
  const { context } = useFlowEngine();
  const { leaving, reconnect } = useConnect();
  const [resuming, setResuming] = useState(false);
  const { storedState, sendBlocked } = account;
  if (storedState === 'active') return sendBlocked && <SendBlockedNotice view={sendBlocked} />;
  const resume = async () => {
    setResuming(true);
    try {
      await api.accounts.resume(account.id);
      await live.refresh();
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    } finally {
      setResuming(false);
    }
  };
  const sentence = {
    paused: t('error.accountPaused'),
    reauthorize: t('error.accountReauthorize'),
    disconnected: t('error.accountDisconnected'),
  }[storedState];
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      message={sentence}
      action={
        storedState === 'paused' ? (
          <Button size="small" loading={resuming} onClick={() => void resume()}>
            {t('Resume')}
          </Button>
        ) : (
          <Button size="small" loading={leaving} onClick={() => void reconnect(account)}>
            {storedState === 'disconnected' ? t('Connect again') : t('Reconnect')}
          </Button>
        )
      }
    />
  );
}
