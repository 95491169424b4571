/** One folder in the dialog: kept or not, what for, how fresh, and repair. */
import React, { useState } from 'react';
import { CheckOutlined, ToolOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Select, Switch, Tooltip, Typography, theme } from 'antd';
import type { AccountView, MailboxChoice, MailboxRole, MailboxView } from '../../../shared/types';
import { errorView, useApi } from '../../api';
import { errorText, useT } from '../../locale';
import { messageDate } from '../dates';
import { useMailContext } from '../MailContext';
import { useStyles } from '../styles';
import { Freshness } from './Freshness';
import { FOLDER_ICONS } from './icons';
import { roleLabel } from './mailboxes';

/** What a folder can be said to be for. */
const ROLES: readonly MailboxRole[] = ['sent', 'drafts', 'archive', 'junk', 'trash', 'none'];

interface FolderSettingsProps {
  mailbox: MailboxView;
  label: string;
  depth: number;
  account: AccountView;
  onChanged: () => void;
}

export function FolderSettings({ mailbox, label, depth, account, onChanged }: FolderSettingsProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { context } = useFlowEngine();
  const { locale } = useMailContext();
  const [busy, setBusy] = useState<'choose' | 'repair' | null>(null);
  /** When it was last compared in full, as the reader asked for a repair; undefined: he did not. */
  const [askedAt, setAskedAt] = useState<string | null | undefined>(undefined);
  const { id, role, chosenRole, syncing, repairing, error, freshness, checkedAt, stored } = mailbox;
  const repaired = askedAt !== undefined && busy === null && !repairing && checkedAt !== askedAt ? checkedAt : null;
  const indent = depth * 18;
  const inbox = role === 'inbox';
  const active = account.storedState === 'active';
  const run = (what: 'choose' | 'repair', call: () => Promise<unknown>) => {
    setBusy(what);
    call()
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(() => {
        setBusy(null);
        onChanged();
      });
  };
  const choose = (choice: MailboxChoice) => run('choose', () => api.mailboxes.choose(id, choice));
  const roleName = (value: MailboxRole) => (value === 'none' ? t('An ordinary folder') : roleLabel(t, value));
  return (
    <div
      data-folder={mailbox.path}
      style={{ padding: `${token.paddingXS}px 0`, borderTop: `1px solid ${token.colorBorderSecondary}` }}
    >
      <Flex align="center" gap="small" wrap>
        <Flex align="center" gap="small" style={{ flex: '1 1 200px', minWidth: 0, paddingInlineStart: indent }}>
          <span aria-hidden>{FOLDER_ICONS[role]}</span>
          <Tooltip title={label === mailbox.path ? undefined : mailbox.path} placement="topLeft">
            <span className={styles.line}>{label}</span>
          </Tooltip>
        </Flex>
        {/* On a small screen they go below the name: the switches stay in one column. */}
        <Flex align="center" gap="small" style={{ marginInlineStart: 'auto' }}>
          {!inbox && syncing && (
            <Select<MailboxRole | 'auto'>
              size="small"
              variant="filled"
              value={chosenRole ?? 'auto'}
              disabled={busy !== null || !active}
              aria-label={t('What {{name}} is for', { name: label })}
              style={{ width: 184 }}
              popupMatchSelectWidth={false}
              labelRender={() => roleName(chosenRole ?? role)}
              onChange={(value) => choose({ role: value === 'auto' ? null : value })}
              options={[
                {
                  value: 'auto',
                  label: chosenRole ? t('As Outlook says') : `${roleName(role)} · ${t('as Outlook says')}`,
                },
                ...ROLES.map((value) => ({ value, label: roleName(value) })),
              ]}
            />
          )}
          {syncing && (
            <Tooltip
              title={
                repairing
                  ? t('It is being compared with the server…')
                  : t('Repair: compare everything in it with the server')
              }
            >
              <Button
                size="small"
                type="text"
                icon={<ToolOutlined />}
                loading={busy === 'repair' || repairing}
                disabled={!active}
                aria-label={t('Repair {{name}}', { name: label })}
                onClick={() => {
                  setAskedAt(checkedAt);
                  run('repair', () => api.mailboxes.repair(id));
                }}
              />
            </Tooltip>
          )}
          <Tooltip title={inbox ? t('The inbox is always kept here') : undefined}>
            <Switch
              size="small"
              checked={syncing}
              loading={busy === 'choose'}
              disabled={inbox || account.storedState === 'disconnected'}
              aria-label={t('Keep {{name}} here', { name: label })}
              onChange={(checked) => choose({ syncing: checked })}
            />
          </Tooltip>
        </Flex>
      </Flex>
      <div role="status" style={{ paddingInlineStart: indent + token.fontSize + token.paddingXS }}>
        {repairing ? (
          <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
            {t('It is being compared with the server…')}
          </Typography.Text>
        ) : (
          // What is not kept stands under a title that says so.
          (syncing || stored > 0) && <Freshness mailbox={mailbox} account={account} />
        )}
        {repaired && (
          <div className={styles.secondary} style={{ fontSize: token.fontSizeSM }}>
            <CheckOutlined aria-hidden style={{ color: token.colorSuccess }} />{' '}
            {t('Every message was compared with the server: {{time}}', {
              time: messageDate(repaired, new Date(), locale),
            })}
          </div>
        )}
        {freshness === 'failing' && error && (
          <Typography.Paragraph style={{ fontSize: token.fontSizeSM, margin: 0, color: token.red7 }}>
            {errorText(t, error).sentence}
          </Typography.Paragraph>
        )}
      </div>
    </div>
  );
}
