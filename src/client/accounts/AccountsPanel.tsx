/** All mailboxes of the reader, with everything that can be done with them, and the way to one more. */
import React, { useState } from 'react';
import { observer } from '@nocobase/flow-engine';
import { Flex, List, Skeleton } from 'antd';
import type { AccountView } from '../../shared/types';
import { ErrorNotice } from '../ErrorNotice';
import { useMail } from '../live';
import { useT } from '../locale';
import { FoldersDialog } from '../mail/folders/FoldersDialog';
import { AccountRow } from './AccountRow';
import { ConnectOutlook } from './ConnectOutlook';
import { DisconnectDialog } from './DisconnectDialog';
import { ProviderBroken } from './ProviderBroken';

export const AccountsPanel = observer(function AccountsPanel() {
  const t = useT();
  const live = useMail();
  const { accounts, loaded, error } = live.state;
  const [leavingAccount, setLeavingAccount] = useState<AccountView | null>(null);
  const [managed, setManaged] = useState<string | null>(null);
  const refresh = () => live.refresh();
  if (!loaded) return <Skeleton active avatar paragraph={{ rows: 3 }} />;
  return (
    <Flex vertical gap="middle">
      {error && <ErrorNotice view={error} onRetry={() => void refresh()} />}
      {accounts.some(({ state }) => state === 'providerBroken') && <ProviderBroken />}
      <List
        dataSource={accounts}
        rowKey="id"
        locale={{ emptyText: t('No mailbox is connected yet.') }}
        renderItem={(account) => (
          <List.Item style={{ paddingInline: 0 }}>
            <AccountRow
              account={account}
              onChanged={refresh}
              onDisconnect={setLeavingAccount}
              onFolders={({ id }) => setManaged(id)}
            />
          </List.Item>
        )}
      />
      <ConnectOutlook type={accounts.length > 0 ? 'default' : 'primary'} block />
      <FoldersDialog accountId={managed} onClose={() => setManaged(null)} />
      <DisconnectDialog
        account={leavingAccount}
        onClose={() => setLeavingAccount(null)}
        onDone={() => {
          setLeavingAccount(null);
          void refresh();
        }}
      />
    </Flex>
  );
});
