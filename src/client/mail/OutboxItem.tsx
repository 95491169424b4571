/** One draft, or one mail on its way: how it stands, and what its author can do about it. */
import React, { useState } from 'react';
import { DeleteOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, List, Popconfirm, Tag, Tooltip, Typography, theme } from 'antd';
import type { AccountView, OutboxView } from '../../shared/types';
import { commandOf } from '../accounts/causes';
import { SendBlockedNotice } from '../accounts/SendBlockedNotice';
import { SendingObstacle } from '../accounts/SendingObstacle';
import { errorView, useApi } from '../api';
import type { ComposeStart } from '../compose/desk';
import { obstacleGone, OUTBOX_WORDS } from '../compose/outcome';
import { SchedulePicker } from '../compose/SchedulePicker';
import { useMail } from '../live';
import { errorText, useT } from '../locale';
import { personName } from './addresses';
import { bounceSentence } from './bounces';
import { clock, dayAndTime, fullDate, listDate } from './dates';
import { useMailContext } from './MailContext';
import { useStyles } from './styles';
import { recipientsOf } from './useOutbox';

/** It was sent, and that is not what its author has to know. */
const CAME_BACK = { label: 'Came back', colour: 'error' };

interface OutboxItemProps {
  row: OutboxView;
  onOpen: (start: ComposeStart) => void;
  onChanged: () => void;
}

/** It leaves when its account is resumed, at no time that could be told. */
const PAUSED = 'accountPaused';

/** Whether a mail was scheduled: it waits longer than any time to undo. */
const isLater = ({ sendAt, error }: OutboxView): boolean =>
  error === null && sendAt !== null && new Date(sendAt).getTime() - Date.now() > 3 * 60_000;

export const OutboxItem = observer(function OutboxItem({ row, onOpen, onChanged }: OutboxItemProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { accounts } = useMail().state;
  const [picking, setPicking] = useState(false);
  const account = accounts.find(({ id }) => id === row.accountId);
  const run = (call: () => Promise<unknown>) => () =>
    void call()
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(onChanged);
  const open = () => onOpen({ kind: 'draft', draft: row });
  const remove = run(() => api.outbox.remove(row.id));
  const buttons: React.ReactNode[] = [];
  const button = (text: string, onClick: () => void, primary = false) =>
    buttons.push(
      <Button key={text} size="small" type={primary ? 'primary' : 'default'} onClick={onClick}>
        {t(text)}
      </Button>,
    );
  if (row.state === 'queued') {
    button(
      'Take back',
      run(() => api.outbox.cancel(row.id)),
    );
    if (isLater(row)) {
      button(
        'Edit',
        run(async () => onOpen({ kind: 'draft', draft: await api.outbox.cancel(row.id) })),
      );
      button('Change the time', () => setPicking(true));
      button(
        'Send now',
        run(() => api.outbox.send(row.id)),
      );
    }
  }
  if (row.state === 'failed') {
    button(
      'Try again',
      run(() => api.outbox.retry(row.id)),
      row.error !== null && obstacleGone(row.error, account),
    );
    button('Edit', open);
    buttons.push(
      <ThrowAway key="remove" onConfirm={remove}>
        <Button size="small" type="text" danger>
          {t('Throw away')}
        </Button>
      </ThrowAway>,
    );
  }
  if (row.state === 'uncertain') {
    button(
      'It arrived',
      run(() => api.outbox.resolve(row.id, true)),
    );
    button(
      'Send again',
      run(() => api.outbox.resolve(row.id, false)),
    );
  }
  const editable = row.state === 'draft' || row.state === 'failed';
  const from = accounts.length > 1 ? account?.address : undefined;
  return (
    <List.Item style={{ display: 'block', padding: 0 }}>
      <Flex align="center">
        <Head row={row} from={from} onOpen={editable ? open : undefined} />
        {row.state === 'draft' && (
          <ThrowAway onConfirm={remove}>
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('Throw away')}
              style={{ flex: 'none', marginInlineEnd: token.marginXS, color: token.colorTextSecondary }}
            />
          </ThrowAway>
        )}
      </Flex>
      {row.state !== 'draft' && (
        <div style={{ padding: `0 ${token.padding}px ${token.paddingSM}px` }}>
          <Standing row={row} account={account} />
          {buttons.length > 0 && (
            <Flex gap="small" wrap style={{ marginTop: token.marginXS }}>
              {buttons}
            </Flex>
          )}
        </div>
      )}
      {picking && (
        <SchedulePicker
          at={row.sendAt}
          onChoose={(at) => run(() => api.outbox.schedule(row.id, at.toISOString()))()}
          onClosed={() => setPicking(false)}
        />
      )}
    </List.Item>
  );
});

function ThrowAway({ onConfirm, children }: React.PropsWithChildren<{ onConfirm: () => void }>) {
  const t = useT();
  return (
    <Popconfirm
      title={t('Throw this draft away?')}
      okText={t('Throw away')}
      cancelText={t('Go back')}
      onConfirm={onConfirm}
    >
      {children}
    </Popconfirm>
  );
}

interface HeadProps {
  row: OutboxView;
  /** Told where there are several accounts. */
  from: string | undefined;
  /** Absent where it cannot be opened any more. */
  onOpen: (() => void) | undefined;
}

/** To whom, when, and about what; a click opens what can still be changed. */
function Head({ row, from, onOpen }: HeadProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { locale } = useMailContext();
  const { label, colour } = row.bounces.length > 0 ? CAME_BACK : OUTBOX_WORDS[row.state];
  const when = row.sentAt ?? row.updatedAt;
  const small = { fontSize: token.fontSizeSM };
  // How it stands follows at once.
  const end = row.state === 'draft' ? undefined : { paddingBlockEnd: token.paddingXXS };
  const content = (
    <>
      <Flex justify="space-between" gap="small" align="baseline">
        <span className={styles.line} style={{ fontWeight: token.fontWeightStrong, flex: 1 }}>
          {recipientsOf(row).map(personName).join(', ') || t('(no recipients)')}
        </span>
        <Tooltip title={fullDate(when, locale)}>
          <time dateTime={when} className={styles.secondary} style={small}>
            {listDate(when, new Date(), locale)}
          </time>
        </Tooltip>
      </Flex>
      <Flex gap="small" align="center" style={{ marginTop: 2 }}>
        {row.state !== 'draft' && (
          <Tag color={colour} style={{ marginInlineEnd: 0 }}>
            <span style={{ color: token.colorText }}>{t(label)}</span>
          </Tag>
        )}
        <span className={styles.line} dir="auto" style={{ flex: 1 }}>
          {row.subject.trim() || <Typography.Text italic>{t('(no subject)')}</Typography.Text>}
        </span>
      </Flex>
      {from && (
        <div className={`${styles.line} ${styles.secondary}`} style={small}>
          {t('From {{address}}', { address: from })}
        </div>
      )}
    </>
  );
  return onOpen ? (
    <button type="button" className={styles.openRow} style={end} onClick={onOpen}>
      {content}
    </button>
  ) : (
    <div className={styles.openRow} style={end}>
      {content}
    </div>
  );
}

/** When it leaves, why it did not, or what came of it. */
function Standing({ row, account }: { row: OutboxView; account: AccountView | undefined }) {
  const t = useT();
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  const { state, sendAt, error } = row;
  const cameBack = bounceSentence(t, row.bounces);
  const paragraph = { margin: 0 };
  return (
    <>
      {state === 'queued' && sendAt && error?.code !== PAUSED && (
        <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
          {isLater(row)
            ? t('Leaves {{when}}', { when: dayAndTime(sendAt, locale) })
            : error
              ? t('The next try is at {{time}}', { time: clock(sendAt, locale) })
              : t('Leaves at {{time}}', { time: clock(sendAt, locale) })}
        </Typography.Text>
      )}
      {state === 'uncertain' && (
        <Typography.Paragraph type="secondary" style={paragraph}>
          {t(
            'The connection broke at the very end. Look into Sent in Outlook or ask the recipient before you send it again.',
          )}
        </Typography.Paragraph>
      )}
      {cameBack && (
        <Typography.Paragraph type="danger" style={paragraph}>
          {cameBack}
        </Typography.Paragraph>
      )}
      {error && state !== 'sent' && state !== 'uncertain' && <Reason row={row} error={error} account={account} />}
    </>
  );
}

interface ReasonProps {
  row: OutboxView;
  error: NonNullable<OutboxView['error']>;
  account: AccountView | undefined;
}

/** Why it did not leave; where an administrator can mend it, with his command to copy. */
function Reason({ row, error, account }: ReasonProps) {
  const t = useT();
  const { token } = theme.useToken();
  if (row.state === 'failed' && obstacleGone(error, account)) {
    return (
      <Typography.Paragraph type="secondary" style={{ margin: 0 }}>
        {t('What kept it from leaving is mended: it can be sent now.')}
      </Typography.Paragraph>
    );
  }
  if (error.code === PAUSED && account?.storedState === 'paused') {
    return (
      <div style={{ marginTop: token.marginXXS }}>
        <SendingObstacle account={account} />
      </div>
    );
  }
  if (commandOf(error)) {
    return (
      <div style={{ marginTop: token.marginXXS }}>
        <SendBlockedNotice view={error} />
      </div>
    );
  }
  return (
    <Typography.Paragraph type={row.state === 'failed' ? 'danger' : 'secondary'} style={{ margin: 0 }}>
      {errorText(t, error).sentence}
    </Typography.Paragraph>
  );
}
