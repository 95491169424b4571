/** One connected mailbox: its state in a tag, what goes on, and what can be done with it. */
import React, { useState } from 'react';
import { EllipsisOutlined, FolderOutlined, SyncOutlined } from '@ant-design/icons';
import { App, Button, Flex, Typography, type MenuProps } from 'antd';
import type { AccountView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';
import { MenuButton } from '../MenuButton';
import { ToneTag } from '../ToneTag';
import { AccountDetail } from './AccountDetail';
import { useConnect } from './useConnect';
import { actionsOf, stateWords } from './words';

interface AccountRowProps {
  account: AccountView;
  onChanged(): Promise<void>;
  onDisconnect(account: AccountView): void;
  onFolders(account: AccountView): void;
}

export function AccountRow({ account, onChanged, onDisconnect, onFolders }: AccountRowProps) {
  const t = useT();
  const api = useApi();
  const { message } = App.useApp();
  const { leaving, reconnect } = useConnect();
  const [busy, setBusy] = useState<string | null>(null);
  const can = actionsOf(account);

  const run = async (name: string, call: (id: string) => Promise<void>) => {
    setBusy(name);
    try {
      await call(account.id);
      await onChanged();
    } catch (thrown) {
      void message.error(errorText(t, errorView(thrown)).sentence, 6);
    } finally {
      setBusy(null);
    }
  };

  const items: MenuProps['items'] = [
    can.pause && { key: 'pause', label: t('Pause'), onClick: () => run('pause', api.accounts.pause) },
    can.resume && { key: 'resume', label: t('Resume'), onClick: () => run('resume', api.accounts.resume) },
    { key: 'reconnect', label: t('Connect again'), onClick: () => reconnect(account) },
    { type: 'divider' as const },
    can.disconnect && {
      key: 'disconnect',
      danger: true,
      label: t('Disconnect…'),
      onClick: () => onDisconnect(account),
    },
    can.deleteMail && { key: 'delete', danger: true, label: t('Delete mail…'), onClick: () => onDisconnect(account) },
  ].filter((item) => item !== false);

  return (
    <Flex vertical gap="small" style={{ width: '100%' }}>
      <Flex align="center" gap="small" justify="space-between">
        <Flex vertical style={{ minWidth: 0 }}>
          <Typography.Text strong ellipsis={{ tooltip: account.address }}>
            {account.address}
          </Typography.Text>
          {account.displayName && account.displayName !== account.address && (
            <Typography.Text type="secondary" ellipsis>
              {account.displayName}
            </Typography.Text>
          )}
        </Flex>
        <Flex align="center" gap={4} style={{ flex: 'none' }}>
          <StateTag account={account} />
          <MenuButton
            size="small"
            icon={<EllipsisOutlined />}
            loading={busy !== null && busy !== 'sync'}
            label={t('More for {{address}}', { address: account.address })}
            menu={{ items }}
            atEnd
          />
        </Flex>
      </Flex>
      <AccountDetail account={account} onCheckSending={() => void run('sync', api.accounts.sync)} />
      <Flex gap="small" wrap>
        {can.reconnect && (
          <Button
            size="small"
            type={account.storedState === 'disconnected' ? 'default' : 'primary'}
            loading={leaving}
            onClick={() => void reconnect(account)}
          >
            {account.storedState === 'disconnected' ? t('Connect again') : t('Reconnect')}
          </Button>
        )}
        {can.resume && (
          <Button size="small" loading={busy === 'resume'} onClick={() => void run('resume', api.accounts.resume)}>
            {t('Resume')}
          </Button>
        )}
        {can.sync && (
          <Button
            size="small"
            icon={<SyncOutlined />}
            loading={busy === 'sync'}
            onClick={() => void run('sync', api.accounts.sync)}
          >
            {t('Fetch mail now')}
          </Button>
        )}
        <Button size="small" icon={<FolderOutlined />} onClick={() => onFolders(account)}>
          {t('Folders')}
        </Button>
      </Flex>
    </Flex>
  );
}

/** The state in a word; "cannot send" is told beside it. */
export function StateTag({ account }: { account: AccountView }) {
  const t = useT();
  const { tone, label } = stateWords(account.state);
  const icon = tone === 'processing' ? <SyncOutlined spin /> : undefined;
  return (
    <>
      {account.sendBlocked && account.storedState === 'active' && <ToneTag tone="warning">{t('Read only')}</ToneTag>}
      <ToneTag tone={tone} icon={icon} style={{ marginInlineEnd: 0 }}>
        {t(label)}
      </ToneTag>
    </>
  );
}
