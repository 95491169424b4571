/** The line under the title: of the mailbox that is shown, or of the accounts behind a combined list. */
import React from 'react';
import { observer } from '@nocobase/flow-engine';
import { Typography, theme } from 'antd';
import type { AccountView, MailboxView } from '../../../shared/types';
import { useT } from '../../locale';
import { clock } from '../dates';
import { useMailContext } from '../MailContext';
import { type MailView } from '../view';
import { Freshness } from './Freshness';
import { syncLine } from './syncLine';

interface TruthProps {
  view: MailView;
  /** Of this view. */
  accounts: AccountView[];
  mailboxes: readonly MailboxView[];
}

/** The one mailbox that the view shows, if it is one. */
function mailboxOf(view: MailView, mailboxes: readonly MailboxView[]): MailboxView | undefined {
  if (view.kind === 'mailbox') return mailboxes.find(({ id }) => id === view.id);
  const shown = view.kind === 'role' ? mailboxes.filter(({ role }) => role === view.role) : [];
  return shown.length === 1 ? shown[0] : undefined;
}

export const Truth = observer(function Truth({ view, accounts, mailboxes }: TruthProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  const line = syncLine(accounts);
  const mailbox = mailboxOf(view, mailboxes);
  if (!line) return null;
  const account = mailbox && accounts.find(({ id }) => id === mailbox.accountId);
  // A pass every few minutes is no news, and how far a first sync is stands below with its bar.
  const own = line.tone === 'quiet' || line.state === 'syncing' || line.state === 'firstSync';
  const number = (value: number | null | undefined) => (value ?? 0).toLocaleString(locale);
  const values = {
    time: clock(line.time, locale),
    stored: number(line.stored),
    onServer: number(Math.max(line.onServer ?? 0, line.stored ?? 0)),
  };
  return (
    <Typography.Text
      role="status"
      type="secondary"
      style={{
        ...{ flex: 'none', fontSize: token.fontSizeSM, padding: `0 ${token.paddingSM}px` },
        ...(line.tone === 'problem' && { color: token.red7 }),
      }}
    >
      {mailbox && own ? <Freshness mailbox={mailbox} account={account} /> : t(line.key, values)}
    </Typography.Text>
  );
});
