/** From, To, Cc and Bcc of a mail. */
import React, { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, Select, Typography, theme } from 'antd';
import type { AccountView, AddressView } from '../../shared/types';
import { SendingObstacle } from '../accounts/SendingObstacle';
import { stateWords } from '../accounts/words';
import { useT } from '../locale';
import { AddressInput } from './AddressInput';
import { useSuggestions } from './suggestions';
import { canSend, type ComposeForm } from './draft';

interface RecipientsProps {
  form: ComposeForm;
  change: (change: Partial<ComposeForm>) => void;
  accounts: AccountView[];
  /** Nobody is addressed yet: the first thing to type is a recipient. */
  isNew: boolean;
}

const ONE_LINE = css`
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
`;

/** Pixels between name and address. */
const GAP = 4;

/** Where there is not enough room, the name gives way to the address: all of it, before the address loses a letter. */
function Sender({ account }: { account: AccountView | undefined }) {
  if (!account) return null;
  const { displayName, address } = account;
  return (
    <Flex gap={GAP} title={address}>
      {displayName && (
        <span className={ONE_LINE} style={{ flex: '0 1 auto' }}>
          {displayName}
        </span>
      )}
      <span className={ONE_LINE} style={{ flex: 'none', maxWidth: displayName ? `calc(100% - ${GAP}px)` : '100%' }}>
        {displayName ? `<${address}>` : address}
      </span>
    </Flex>
  );
}

export const Recipients = observer(function Recipients({ form, change, accounts, isNew }: RecipientsProps) {
  const t = useT();
  const { token } = theme.useToken();
  const suggestions = useSuggestions();
  const [more, setMore] = useState(form.cc.length + form.bcc.length > 0);
  const account = accounts.find(({ id }) => id === form.accountId);
  const options = useMemo(
    () =>
      accounts.map((one) => ({
        value: one.id,
        label: one.displayName ? `${one.displayName} <${one.address}>` : one.address,
        name: one.displayName || one.address,
        address: one.address,
        disabled: !canSend(one),
        reason: canSend(one) ? '' : one.sendBlocked ? t('can read, but not send') : t(stateWords(one.state).label),
      })),
    [accounts, t],
  );
  const names = ['From', 'To', ...(more ? ['Cc', 'Bcc'] : [])];
  const column = `max(44px, ${Math.max(...names.map((name) => t(name).length))}ch)`;
  const nameStyle = { flex: `0 0 ${column}`, whiteSpace: 'nowrap' } as const;
  const line = {
    flex: 'none',
    padding: `2px ${token.paddingXS}px 2px ${token.padding}px`,
    borderBottom: `1px solid ${token.colorBorderSecondary}`,
  };
  const people = (key: 'to' | 'cc' | 'bcc', label: string, extra?: React.ReactNode) => (
    // Its name stands beside the first line of chips.
    <Flex align="flex-start" style={line}>
      <Typography.Text type="secondary" style={{ ...nameStyle, lineHeight: `${token.controlHeight}px` }} aria-hidden>
        {label}
      </Typography.Text>
      <AddressInput
        id={`mail-${key}`}
        label={label}
        value={form[key]}
        onChange={(value: AddressView[]) => change({ [key]: value })}
        suggestions={suggestions}
        autoFocus={key === 'to' && isNew}
      />
      {extra}
    </Flex>
  );
  return (
    <>
      {(accounts.length > 1 || (account && !canSend(account))) && (
        <Flex align="center" style={line}>
          <Typography.Text type="secondary" style={nameStyle} aria-hidden>
            {t('From')}
          </Typography.Text>
          <Select
            variant="borderless"
            aria-label={t('From')}
            // The host's are as wide as their words: wider than a small screen.
            popupMatchSelectWidth
            style={{ flex: 1, minWidth: 0 }}
            value={form.accountId || undefined}
            onChange={(accountId: string) => change({ accountId })}
            options={options}
            labelRender={({ value }) => <Sender account={accounts.find(({ id }) => id === value)} />}
            optionRender={({ data }) => (
              <Flex vertical>
                <Flex justify="space-between" gap="small">
                  <span className={ONE_LINE}>{data.name}</span>
                  {data.reason && (
                    <Typography.Text type="secondary" style={{ flex: 'none', fontWeight: 'normal' }}>
                      {data.reason}
                    </Typography.Text>
                  )}
                </Flex>
                {data.name !== data.address && (
                  <span
                    className={ONE_LINE}
                    title={data.address}
                    style={{
                      fontSize: token.fontSizeSM,
                      fontWeight: 'normal',
                      // What cannot be chosen is pale enough.
                      opacity: data.disabled ? 1 : 0.75,
                    }}
                  >
                    {data.address}
                  </span>
                )}
              </Flex>
            )}
          />
        </Flex>
      )}
      {account && !canSend(account) && (
        <div style={{ padding: token.paddingXS }}>
          <SendingObstacle account={account} />
        </div>
      )}
      {people(
        'to',
        t('To'),
        !more && (
          <Button
            type="text"
            size="small"
            onClick={() => setMore(true)}
            style={{ marginTop: (token.controlHeight - token.controlHeightSM) / 2 }}
          >
            {t('Cc/Bcc')}
          </Button>
        ),
      )}
      {more && people('cc', t('Cc'))}
      {more && people('bcc', t('Bcc'))}
    </>
  );
});
