/** The folders of an account: which are kept here, what they are for, how far back, and mending one. */
import React from 'react';
import { observer } from '@nocobase/flow-engine';
import { Collapse, Drawer, Empty, Flex, Skeleton, Typography, theme } from 'antd';
import type { MailboxView } from '../../../shared/types';
import { ErrorNotice } from '../../ErrorNotice';
import { useMail } from '../../live';
import { useT } from '../../locale';
import { useLast } from '../../useLast';
import { MailProvider } from '../MailContext';
import { FolderSettings } from './FolderSettings';
import { StartDate } from './StartDate';
import { folderLines } from './tree';
import { useMailboxes } from './useMailboxes';

interface FoldersDialogProps {
  /** null: closed. */
  accountId: string | null;
  onClose: () => void;
}

export const FoldersDialog = observer(function FoldersDialog({ accountId, onClose }: FoldersDialogProps) {
  const t = useT();
  const shown = useLast(accountId);
  return (
    <Drawer
      open={accountId !== null}
      onClose={onClose}
      title={t('Folders')}
      aria-label={t('Folders')}
      width="min(680px, 100vw)"
      destroyOnClose
      styles={{ body: { paddingBlock: 16 } }}
    >
      {shown !== null && (
        <MailProvider>
          <Folders accountId={shown} />
        </MailProvider>
      )}
    </Drawer>
  );
});

const Folders = observer(function Folders({ accountId }: { accountId: string }) {
  const t = useT();
  const { token } = theme.useToken();
  const account = useMail().state.accounts.find(({ id }) => id === accountId);
  const { mailboxes, loaded, error, reload } = useMailboxes();
  const own = mailboxes.filter((mailbox) => mailbox.accountId === accountId);
  if (!loaded || !account) return <Skeleton active paragraph={{ rows: 8 }} />;
  const kept = own.filter(({ syncing }) => syncing);
  // Calendars and the like come last, apart from mail that is not kept.
  const others = own.filter(({ syncing, holdsMail }) => !syncing && holdsMail);
  const noMail = own.filter(({ syncing, holdsMail }) => !syncing && !holdsMail);
  const list = (some: MailboxView[]) =>
    folderLines(t, some).map(({ mailbox, label, depth }) => (
      <FolderSettings
        key={mailbox.id}
        mailbox={mailbox}
        label={label}
        depth={depth}
        account={account}
        onChanged={reload}
      />
    ));
  return (
    <Flex vertical gap="middle">
      <Typography.Text type="secondary">{account.address}</Typography.Text>
      {error && <ErrorNotice view={error} onRetry={reload} />}
      <StartDate account={account} onChanged={reload} />
      {own.length === 0 && !error && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t('The folders are not known yet. They come with the first sync.')}
        />
      )}
      {kept.length > 0 && (
        <section aria-label={t('Kept here')}>
          <Typography.Title level={5} style={{ marginTop: 0 }}>
            {t('Kept here')}
          </Typography.Title>
          {list(kept)}
        </section>
      )}
      {others.length > 0 && (
        <section aria-label={t('Not kept here ({{number}})', { number: others.length })}>
          <Typography.Title level={5} style={{ marginTop: 0 }}>
            {t('Not kept here ({{number}})', { number: others.length })}
          </Typography.Title>
          {list(others)}
        </section>
      )}
      {noMail.length > 0 && (
        <Collapse
          ghost
          style={{ marginInline: -token.padding }}
          items={[
            {
              key: 'noMail',
              label: <Typography.Text strong>{t('No mail ({{number}})', { number: noMail.length })}</Typography.Text>,
              children: (
                <>
                  <Typography.Paragraph type="secondary">
                    {t(
                      'Calendar, contacts, notes and the like are no mail, so they are left out unless you want them.',
                    )}
                  </Typography.Paragraph>
                  {list(noMail)}
                </>
              ),
            },
          ]}
        />
      )}
    </Flex>
  );
});
