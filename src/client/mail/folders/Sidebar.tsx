/** Accounts and their mailboxes, with what is unread in each. */
import React from 'react';
import {
  DeleteOutlined,
  EditOutlined,
  FileTextOutlined,
  FolderOutlined,
  InboxOutlined,
  ExportOutlined,
  SendOutlined,
  StopOutlined,
  ContainerOutlined,
} from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, Skeleton, Tag, Tooltip, Typography, theme } from 'antd';
import type { AccountView, MailboxRole, MailboxView } from '../../../shared/types';
import { AccountsButton } from '../../accounts/AccountsButton';
import { stateWords } from '../../accounts/words';
import { useMail } from '../../live';
import { useT } from '../../locale';
import { orderMailboxes, mailboxLabel } from './mailboxes';
import { useStyles } from '../styles';
import type { Mailboxes } from './useMailboxes';
import { INBOX, viewKey, type MailView } from '../view';

const ICONS: Record<MailboxRole, React.ReactNode> = {
  inbox: <InboxOutlined />,
  sent: <SendOutlined />,
  drafts: <FileTextOutlined />,
  archive: <ContainerOutlined />,
  junk: <StopOutlined />,
  trash: <DeleteOutlined />,
  outbox: <ExportOutlined />,
  none: <FolderOutlined />,
};

interface SidebarProps {
  view: MailView;
  mailboxes: Mailboxes;
  /** Mails that wait, failed or may not have arrived. */
  waiting: number;
  drafts: number;
  onChoose: (view: MailView) => void;
  onCompose: () => void;
}

export const Sidebar = observer(function Sidebar(props: SidebarProps) {
  const { view, mailboxes, waiting, drafts, onChoose, onCompose } = props;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { accounts, unread } = useMail().state;
  const current = viewKey(view);
  const item = (to: MailView, icon: React.ReactNode, label: string, count: number, hint?: string) => (
    <NavItem
      key={viewKey(to)}
      icon={icon}
      label={label}
      hint={hint}
      count={count}
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
        {item(INBOX, ICONS.inbox, accounts.length > 1 ? t('All inboxes') : t('Inbox'), unread)}
        {item({ kind: 'role', role: 'sent' }, ICONS.sent, accounts.length > 1 ? t('All sent') : t('Sent'), 0)}
        {item({ kind: 'drafts' }, ICONS.drafts, t('Drafts'), drafts)}
        {item({ kind: 'outbox' }, ICONS.outbox, t('Outbox'), waiting)}
        {mailboxes.error && mailboxes.mailboxes.length === 0 && (
          <Flex vertical align="flex-start" style={{ padding: `${token.paddingXS}px ${token.paddingSM}px` }}>
            <Typography.Text type="secondary">{t('The folders could not be loaded.')}</Typography.Text>
            <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={mailboxes.reload}>
              {t('Try again')}
            </Button>
          </Flex>
        )}
        {accounts.map((account) => {
          const alone = accounts.length === 1;
          const listed = orderMailboxes(mailboxes.mailboxes.filter(isListed(account.id, alone)));
          if (alone && mailboxes.loaded && listed.length === 0 && isQuiet(account)) return null;
          return (
            <section key={account.id} aria-label={account.address} style={{ marginTop: token.marginSM }}>
              <AccountTitle account={account} />
              {!mailboxes.loaded && (
                <Skeleton active title={false} paragraph={{ rows: 4 }} style={{ padding: token.paddingXS }} />
              )}
              {listed.map((mailbox) =>
                item(
                  { kind: 'mailbox', id: mailbox.id },
                  ICONS[mailbox.role],
                  mailboxLabel(t, mailbox),
                  countOf(mailbox),
                  mailbox.path,
                ),
              )}
            </section>
          );
        })}
      </div>
      <div style={{ padding: token.paddingXS, borderTop: `1px solid ${token.colorBorderSecondary}` }}>
        <AccountsButton block />
      </div>
    </nav>
  );
});

/** Nothing about this account has to be said. */
const isQuiet = ({ state }: AccountView) => state === 'upToDate' || state === 'syncing';

/** With one account its inbox and sent mail already stand at the top. */
const isListed =
  (accountId: string, alone: boolean) =>
  (mailbox: MailboxView): boolean =>
    mailbox.accountId === accountId && !(alone && (mailbox.role === 'inbox' || mailbox.role === 'sent'));

/** What is unread in junk and trash is nobody's task. */
const countOf = ({ role, unread }: MailboxView) => (['junk', 'trash', 'sent', 'drafts'].includes(role) ? 0 : unread);

function AccountTitle({ account }: { account: AccountView }) {
  const t = useT();
  const { token } = theme.useToken();
  const { tone, label } = stateWords(account.state);
  return (
    <Flex align="center" gap={token.marginXXS} style={{ padding: `0 ${token.paddingSM}px`, minHeight: 28 }}>
      <Typography.Text
        type="secondary"
        strong
        ellipsis={{ tooltip: account.address }}
        style={{ fontSize: token.fontSizeSM, flex: 1, minWidth: 0 }}
      >
        {account.displayName || account.address}
      </Typography.Text>
      {!isQuiet(account) && (
        <Tag color={tone} bordered={false} style={{ marginInlineEnd: 0, fontSize: token.fontSizeSM }}>
          {t(label)}
        </Tag>
      )}
    </Flex>
  );
}

interface NavItemProps {
  icon: React.ReactNode;
  label: string;
  hint?: string;
  count: number;
  current: boolean;
  onClick: () => void;
}

function NavItem({ icon, label, hint, count, current, onClick }: NavItemProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const button = (
    <button type="button" className={styles.navItem} aria-current={current ? 'page' : undefined} onClick={onClick}>
      <span aria-hidden style={{ display: 'inline-flex' }}>
        {icon}
      </span>
      <span className={styles.line} style={{ flex: 1, fontWeight: count > 0 ? token.fontWeightStrong : undefined }}>
        {label}
      </span>
      {count > 0 && (
        <span style={{ fontSize: token.fontSizeSM, fontWeight: token.fontWeightStrong }}>
          <span aria-hidden>{count > 999 ? '999+' : count}</span>
          <span style={{ position: 'absolute', clip: 'rect(0 0 0 0)', width: 1, height: 1, overflow: 'hidden' }}>
            {t('{{count}} messages need attention', { count })}
          </span>
        </span>
      )}
    </button>
  );
  return hint && hint !== label ? (
    <Tooltip title={hint} placement="right" mouseEnterDelay={0.8}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
