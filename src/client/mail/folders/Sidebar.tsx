/** Accounts and their mailboxes, with what is unread in each. */
import React, { useState } from 'react';
import { EditOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, Skeleton, Typography, theme } from 'antd';
import type { AccountView } from '../../../shared/types';
import { AccountsButton } from '../../accounts/AccountsButton';
import { useMail } from '../../live';
import { useT } from '../../locale';
import { useStyles } from '../styles';
import { INBOX, viewKey, type MailView } from '../view';
import { AccountTitle, isQuiet } from './AccountTitle';
import { FoldersDialog } from './FoldersDialog';
import { FolderTree } from './FolderTree';
import { FOLDER_ICONS } from './icons';
import { NavItem } from './NavItem';
import { folderTree } from './tree';
import type { Mailboxes } from './useMailboxes';

interface SidebarProps {
  view: MailView;
  folders: Mailboxes;
  /** Mails that wait, failed or may not have arrived. */
  waiting: number;
  drafts: number;
  onChoose: (view: MailView) => void;
  onCompose: () => void;
}

export const Sidebar = observer(function Sidebar(props: SidebarProps) {
  const { view, folders, waiting, drafts, onChoose, onCompose } = props;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { accounts, unread } = useMail().state;
  const [managed, setManaged] = useState<string | null>(null);
  const current = viewKey(view);
  const alone = accounts.length === 1;
  const item = (to: MailView, icon: React.ReactNode, label: string, count: number) => (
    <NavItem
      icon={icon}
      label={label}
      count={count}
      countsAll={to.kind === 'drafts' || to.kind === 'outbox'}
      current={viewKey(to) === current}
      onClick={() => onChoose(to)}
    />
  );
  return (
    <nav className={styles.pane} aria-label={t('Mailboxes')}>
      <div style={{ padding: token.paddingSM }}>
        <Button type="primary" block icon={<EditOutlined />} onClick={onCompose}>
          {t('New message')}
        </Button>
      </div>
      <div className={styles.scroll} style={{ padding: `0 ${token.paddingXS}px ${token.paddingXS}px` }}>
        {item(INBOX, FOLDER_ICONS.inbox, alone ? t('Inbox') : t('All inboxes'), unread)}
        {item({ kind: 'role', role: 'sent' }, FOLDER_ICONS.sent, alone ? t('Sent') : t('All sent'), 0)}
        {item({ kind: 'drafts' }, FOLDER_ICONS.drafts, t('Drafts'), drafts)}
        {item({ kind: 'outbox' }, FOLDER_ICONS.outbox, t('Outbox'), waiting)}
        {folders.error && folders.mailboxes.length === 0 && (
          <Flex vertical align="flex-start" style={{ padding: `${token.paddingXS}px ${token.paddingSM}px` }}>
            <Typography.Text type="secondary">{t('The folders could not be loaded.')}</Typography.Text>
            <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={folders.reload}>
              {t('Try again')}
            </Button>
          </Flex>
        )}
        {accounts.map((account) => (
          <AccountFolders
            key={account.id}
            account={account}
            alone={alone}
            folders={folders}
            current={view}
            onChoose={onChoose}
            onManage={() => setManaged(account.id)}
          />
        ))}
      </div>
      <div style={{ padding: token.paddingXS, borderTop: `1px solid ${token.colorBorderSecondary}` }}>
        <AccountsButton block />
      </div>
      <FoldersDialog accountId={managed} onClose={() => setManaged(null)} />
    </nav>
  );
});

interface AccountFoldersProps {
  account: AccountView;
  /** It is the only one: its inbox and sent mail already stand at the top. */
  alone: boolean;
  folders: Mailboxes;
  current: MailView;
  onChoose: (view: MailView) => void;
  onManage: () => void;
}

const AccountFolders = observer(function AccountFolders(props: AccountFoldersProps) {
  const { account, alone, folders, current, onChoose, onManage } = props;
  const t = useT();
  const { token } = theme.useToken();
  const tree = folderTree(
    t,
    folders.mailboxes.filter(({ accountId }) => accountId === account.id),
  );
  // What lies below an inbox that already stands at the top stays here.
  const atTop = (role: string) => alone && (role === 'inbox' || role === 'sent');
  const nodes = tree.flatMap((node) => (atTop(node.mailbox.role) ? node.children : [node]));
  if (alone && folders.loaded && nodes.length === 0 && isQuiet(account) && folders.mailboxes.length === 0) return null;
  return (
    <section aria-label={account.address} style={{ marginTop: token.marginSM }}>
      <AccountTitle account={account} onManage={onManage} />
      {!folders.loaded && (
        <Skeleton active title={false} paragraph={{ rows: 4 }} style={{ padding: token.paddingXS }} />
      )}
      <FolderTree
        nodes={nodes}
        account={account}
        currentId={current.kind === 'mailbox' ? current.id : null}
        onChoose={(id) => onChoose({ kind: 'mailbox', id })}
      />
    </section>
  );
});
