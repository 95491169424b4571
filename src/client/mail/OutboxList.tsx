/** Drafts, or mails on their way: each with what its author can do about it. */
import React, { useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Empty, Flex, List, Popconfirm, Skeleton, Tag, Tooltip, Typography, theme } from 'antd';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import type { ComposeStart } from '../compose/desk';
import { OUTBOX_WORDS } from '../compose/outcome';
import { dayAndTime } from '../compose/schedule';
import { SchedulePicker } from '../compose/SchedulePicker';
import { commandOf } from '../accounts/causes';
import { SendBlockedNotice } from '../accounts/SendBlockedNotice';
import { ErrorNotice } from '../ErrorNotice';
import { errorText, useT } from '../locale';
import { personName } from './addresses';
import { bounceSentence } from './bounces';
import { clock, fullDate, listDate } from './dates';
import { useMailContext } from './MailContext';
import { useStyles } from './styles';
import { drafts, leaving, type Outbox } from './useOutbox';

interface OutboxListProps {
  kind: 'drafts' | 'outbox';
  outbox: Outbox;
  onOpen: (start: ComposeStart) => void;
}

export function OutboxList({ kind, outbox, onOpen }: OutboxListProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { rows, error, reload } = outbox;
  if (!rows) {
    return (
      <div className={styles.scroll} style={{ padding: token.padding }}>
        {error ? <ErrorNotice view={error} onRetry={reload} /> : <Skeleton active paragraph={{ rows: 6 }} />}
      </div>
    );
  }
  const shown = kind === 'drafts' ? drafts(rows) : leaving(rows);
  return (
    <div className={styles.scroll}>
      {error && (
        <div style={{ padding: token.paddingSM }}>
          <ErrorNotice view={error} onRetry={reload} />
        </div>
      )}
      {shown.length === 0 ? (
        <div className={styles.centre}>
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={kind === 'drafts' ? t('No drafts') : t('Nothing is waiting to be sent')}
          />
        </div>
      ) : (
        <List
          dataSource={shown}
          rowKey="id"
          renderItem={(row) => <OutboxItem row={row} onOpen={onOpen} onChanged={reload} />}
        />
      )}
    </div>
  );
}

/** It was sent, and that is not what its author has to know. */
const CAME_BACK = { label: 'Came back', colour: 'error' };

interface OutboxItemProps {
  row: OutboxView;
  onOpen: OutboxListProps['onOpen'];
  onChanged: () => void;
}

/** Whether a mail was scheduled: it waits longer than any time to undo. */
const isLater = ({ sendAt, error }: OutboxView): boolean =>
  error === null && sendAt !== null && new Date(sendAt).getTime() - Date.now() > 3 * 60_000;

function OutboxItem({ row, onOpen, onChanged }: OutboxItemProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { context } = useFlowEngine();
  const { locale } = useMailContext();
  const [picking, setPicking] = useState(false);
  const { label, colour } = row.bounces.length > 0 ? CAME_BACK : OUTBOX_WORDS[row.state];
  const run = (call: () => Promise<unknown>) => () =>
    void call()
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(onChanged);
  const open = () => onOpen({ kind: 'draft', draft: row });
  const people = row.to.map(personName).join(', ') || t('(no recipients)');
  const editable = row.state === 'draft' || row.state === 'failed';
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
      true,
    );
    button('Edit', open);
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
  if (row.state === 'draft') button('Open', open);
  if (editable) {
    buttons.push(
      <Popconfirm
        key="remove"
        title={t('Throw this draft away?')}
        okText={t('Throw away')}
        cancelText={t('Go back')}
        onConfirm={run(() => api.outbox.remove(row.id))}
      >
        <Button size="small" type="text" danger>
          {t('Throw away')}
        </Button>
      </Popconfirm>,
    );
  }
  const when = row.sentAt ?? row.updatedAt;
  const cameBack = bounceSentence(t, row.bounces);
  return (
    <List.Item style={{ display: 'block', padding: `${token.paddingSM}px ${token.padding}px` }}>
      <Flex justify="space-between" gap="small" align="baseline">
        <span className={styles.line} style={{ fontWeight: token.fontWeightStrong, flex: 1 }}>
          {people}
        </span>
        <Tooltip title={fullDate(when, locale)}>
          <time dateTime={when} className={styles.secondary} style={{ fontSize: token.fontSizeSM }}>
            {listDate(when, new Date(), locale)}
          </time>
        </Tooltip>
      </Flex>
      <Flex gap="small" align="center" style={{ marginTop: 2 }}>
        {row.state !== 'draft' && (
          <Tag color={colour}>
            <span style={{ color: token.colorText }}>{t(label)}</span>
          </Tag>
        )}
        <span className={styles.line} dir="auto" style={{ flex: 1 }}>
          {row.subject.trim() || <Typography.Text italic>{t('(no subject)')}</Typography.Text>}
        </span>
      </Flex>
      {row.state === 'queued' && row.sendAt && (
        <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
          {isLater(row)
            ? t('Leaves {{when}}', { when: dayAndTime(row.sendAt, locale) })
            : row.error
              ? t('The next try is at {{time}}', { time: clock(row.sendAt, locale) })
              : t('Leaves at {{time}}', { time: clock(row.sendAt, locale) })}
        </Typography.Text>
      )}
      {row.state === 'uncertain' && (
        <Typography.Paragraph type="secondary" style={{ margin: '4px 0 0' }}>
          {t(
            'The connection broke at the very end. Look into Sent in Outlook or ask the recipient before you send it again.',
          )}
        </Typography.Paragraph>
      )}
      {cameBack && (
        <Typography.Paragraph type="danger" style={{ margin: '4px 0 0' }}>
          {cameBack}
        </Typography.Paragraph>
      )}
      {picking && (
        <SchedulePicker
          at={row.sendAt}
          onCancel={() => setPicking(false)}
          onChoose={(at) => {
            setPicking(false);
            run(() => api.outbox.schedule(row.id, at.toISOString()))();
          }}
        />
      )}
      {row.error && row.state !== 'sent' && row.state !== 'uncertain' && <Reason error={row.error} row={row} />}
      {buttons.length > 0 && (
        <Flex gap="small" wrap style={{ marginTop: token.marginXS }}>
          {buttons}
        </Flex>
      )}
    </List.Item>
  );
}

/** Why it did not leave; where an administrator can mend it, with his command to copy. */
function Reason({ error, row }: { error: ErrorView; row: OutboxView }) {
  const t = useT();
  const { token } = theme.useToken();
  if (commandOf(error)) {
    return (
      <div style={{ marginTop: token.marginXS }}>
        <SendBlockedNotice view={error} />
      </div>
    );
  }
  return (
    <Typography.Paragraph type={row.state === 'failed' ? 'danger' : 'secondary'} style={{ margin: '4px 0 0' }}>
      {errorText(t, error).sentence}
    </Typography.Paragraph>
  );
}
