/** The middle pane: search, filter, how fresh the mail is, and the list itself. */
import React, { useEffect, useRef, useState } from 'react';
import {
  EditOutlined,
  FilterFilled,
  FilterOutlined,
  MenuOutlined,
  QuestionCircleOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, Input, Progress, Tooltip, Typography, theme, type InputRef } from 'antd';
import type { AccountView, ThreadView } from '../../../shared/types';
import { AccountBanner } from '../../accounts/AccountBanner';
import { progressOf } from '../../accounts/words';
import { useT } from '../../locale';
import type { ComposeStart } from '../../compose/desk';
import { clock } from '../dates';
import { useMailContext } from '../MailContext';
import { OutboxList } from '../OutboxList';
import { useStyles } from '../styles';
import { syncLine } from '../folders/syncLine';
import { ThreadList } from './ThreadList';
import type { Outbox } from '../useOutbox';
import type { Threads } from './useThreads';
import { viewKey, type MailView } from '../view';

export interface ListFilter {
  unread: boolean;
  search: string;
}

interface ListPaneProps {
  view: MailView;
  title: string;
  /** The accounts of this view. */
  accounts: AccountView[];
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  threads: Threads;
  outbox: Outbox;
  openId: string | null;
  onOpen: (thread: ThreadView) => void;
  onCompose: (start: ComposeStart) => void;
  onSync: () => void;
  syncing: boolean;
  /** Opens the mailboxes where they have no pane. */
  onMenu?: () => void;
  onHelp: () => void;
  searchBox: React.RefObject<InputRef>;
}

/** A pause in typing after which a search begins. */
const PAUSE = 350;

export const ListPane = observer(function ListPane(props: ListPaneProps) {
  const { view, title, accounts, filter, onFilter, threads, outbox, openId, onOpen, onCompose } = props;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const key = viewKey(view);
  const isList = view.kind === 'role' || view.kind === 'mailbox';
  return (
    <section className={styles.pane} aria-label={title}>
      <div className={styles.bar} style={{ borderBottom: 0, paddingBottom: 0, minHeight: 40 }}>
        {props.onMenu && (
          <Button type="text" icon={<MenuOutlined />} aria-label={t('Mailboxes')} onClick={props.onMenu} />
        )}
        <Typography.Title level={5} ellipsis style={{ margin: 0, flex: 1 }}>
          {title}
        </Typography.Title>
        {props.onMenu && (
          <Button
            type="primary"
            icon={<EditOutlined />}
            aria-label={t('New message')}
            onClick={() => onCompose({ kind: 'new' })}
          />
        )}
        <Tooltip title={t('Keyboard shortcuts')}>
          <Button
            type="text"
            size="small"
            icon={<QuestionCircleOutlined />}
            aria-label={t('Keyboard shortcuts')}
            onClick={props.onHelp}
          />
        </Tooltip>
        <Tooltip title={t('Fetch mail now')}>
          <Button
            type="text"
            size="small"
            icon={<SyncOutlined spin={props.syncing} />}
            aria-label={t('Fetch mail now')}
            onClick={props.onSync}
          />
        </Tooltip>
      </div>
      <Truth accounts={accounts} />
      {isList && (
        <Flex gap="small" style={{ flex: 'none', padding: `${token.paddingXS}px ${token.paddingSM}px` }}>
          <SearchBox
            key={key}
            box={props.searchBox}
            value={filter.search}
            onChange={(search) => onFilter({ ...filter, search })}
          />
          <Tooltip title={filter.unread ? t('Show all messages') : t('Show unread only')}>
            <Button
              icon={filter.unread ? <FilterFilled /> : <FilterOutlined />}
              type={filter.unread ? 'primary' : 'default'}
              ghost={filter.unread}
              aria-pressed={filter.unread}
              onClick={() => onFilter({ ...filter, unread: !filter.unread })}
            >
              {t('Unread')}
            </Button>
          </Tooltip>
        </Flex>
      )}
      <AccountBanner accountId={accounts.length === 1 ? accounts[0].id : undefined} />
      <FirstSync accounts={accounts} />
      <div style={{ borderTop: `1px solid ${token.colorBorderSecondary}`, flex: 'none' }} />
      {isList ? (
        <ThreadList
          listKey={`${key} ${filter.unread} ${filter.search}`}
          threads={threads}
          openId={openId}
          filtered={filter.unread || filter.search !== ''}
          arriving={accounts.some(({ state }) => state === 'firstSync')}
          onOpen={onOpen}
          onClearFilter={() => onFilter({ unread: false, search: '' })}
        />
      ) : (
        <OutboxList kind={view.kind} outbox={outbox} onOpen={onCompose} />
      )}
    </section>
  );
});

function SearchBox({
  box,
  value,
  onChange,
}: {
  box: React.RefObject<InputRef>;
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useT();
  const [typed, setTyped] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    const words = typed.trim();
    if (words === value) return;
    const timer = setTimeout(() => latest.current(words), words === '' ? 0 : PAUSE);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only typing starts a search
  }, [typed]);
  return (
    <Input.Search
      ref={box}
      allowClear
      value={typed}
      placeholder={t('Search mail')}
      aria-label={t('Search mail')}
      onChange={(event) => setTyped(event.target.value)}
      onSearch={(words) => onChange(words.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      style={{ flex: 1 }}
    />
  );
}

/** How fresh the mail of these accounts is. */
const Truth = observer(function Truth({ accounts }: { accounts: AccountView[] }) {
  const t = useT();
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  const line = syncLine(accounts);
  if (!line) return null;
  const number = (value: number | null | undefined) => (value ?? 0).toLocaleString(locale);
  const values = {
    time: clock(line.time, locale),
    stored: number(line.stored),
    onServer: number(Math.max(line.onServer ?? 0, line.stored ?? 0)),
  };
  return (
    <Typography.Text
      role="status"
      type={line.tone === 'problem' ? 'danger' : 'secondary'}
      style={{ flex: 'none', fontSize: token.fontSizeSM, padding: `0 ${token.paddingSM}px` }}
    >
      {t(line.key, values)}
    </Typography.Text>
  );
});

/** How far the first reading of a mailbox is. */
const FirstSync = observer(function FirstSync({ accounts }: { accounts: AccountView[] }) {
  const t = useT();
  const { token } = theme.useToken();
  const account = accounts.find(({ state }) => state === 'firstSync');
  if (!account) return null;
  const { percent } = progressOf(account);
  if (percent === null) return null;
  return (
    <div style={{ flex: 'none', padding: `0 ${token.paddingSM}px` }}>
      <Progress percent={percent} size="small" status="active" showInfo={false} aria-label={t('First sync')} />
    </div>
  );
});
