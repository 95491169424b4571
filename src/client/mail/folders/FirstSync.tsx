/** How far the first reading of a mailbox is, with the way to hold it. */
import React, { useState } from 'react';
import { PauseOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Progress, Tooltip, Typography, theme } from 'antd';
import type { AccountView } from '../../../shared/types';
import { firstSyncOf } from '../../accounts/words';
import { errorView, useApi } from '../../api';
import { useMail } from '../../live';
import { errorText, useT } from '../../locale';
import { useMailContext } from '../MailContext';

export const FirstSync = observer(function FirstSync({ accounts }: { accounts: readonly AccountView[] }) {
  const account = accounts.find(({ state }) => state === 'firstSync');
  return account ? <Running account={account} /> : null;
});

function Running({ account }: { account: AccountView }) {
  const t = useT();
  const api = useApi();
  const live = useMail();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { locale } = useMailContext();
  const [busy, setBusy] = useState(false);
  const { key, done, total, percent } = firstSyncOf(account);
  const number = (value: number | null) => (value ?? 0).toLocaleString(locale);
  const pause = () => {
    setBusy(true);
    api.accounts
      .pause(account.id)
      .then(() => live.refresh())
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(() => setBusy(false));
  };
  return (
    <Flex
      gap="small"
      align="center"
      style={{ flex: 'none', padding: `${token.paddingXXS}px ${token.paddingSM}px`, background: token.colorInfoBg }}
    >
      <div style={{ flex: 1, minWidth: 0 }} role="status">
        <Typography.Text style={{ fontSize: token.fontSizeSM }}>
          {t(key, { done: number(done), total: number(total) })}
        </Typography.Text>
        {percent !== null && (
          <Progress
            percent={percent}
            size="small"
            status="active"
            showInfo={false}
            aria-label={t('First sync')}
            style={{ margin: 0, lineHeight: 1 }}
          />
        )}
      </div>
      <Tooltip title={t('Pause')}>
        <Button
          type="text"
          size="small"
          loading={busy}
          icon={<PauseOutlined />}
          aria-label={t('Pause')}
          onClick={pause}
        />
      </Tooltip>
    </Flex>
  );
}
