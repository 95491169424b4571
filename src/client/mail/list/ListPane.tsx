/** The middle pane: search, filters, how fresh the mail is, and the list itself. */
import React, { useMemo } from 'react';
import { EditOutlined, MenuOutlined, QuestionCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Tooltip, Typography, theme, type InputRef } from 'antd';
import type { AccountView, MailboxView, ThreadView } from '../../../shared/types';
import { AccountBanner } from '../../accounts/AccountBanner';
import type { ComposeStart } from '../../compose/desk';
import { useT } from '../../locale';
import { Notices } from '../changes/Notices';
import type { Action } from '../changes/place';
import type { Subject } from '../changes/useTriage';
import { FirstSync } from '../folders/FirstSync';
import { Truth } from '../folders/Truth';
import { OfflineBanner } from '../OfflineBanner';
import { OutboxList } from '../OutboxList';
import { EVERYTHING, filterKey, isFiltered, type ListFilter } from '../search/filter';
import { soughtWords } from '../search/highlight';
import { SearchBar } from '../search/SearchBar';
import { useStyles } from '../styles';
import type { Listing } from '../useListing';
import type { Outbox } from '../useOutbox';
import { listsThreads, viewKey, type MailView } from '../view';
import { SelectionBar } from './SelectionBar';
import { ThreadList } from './ThreadList';

interface ListPaneProps {
  view: MailView;
  title: string;
  /** The accounts of this view. */
  shown: AccountView[];
  /** All accounts and mailboxes: a search may leave the view. */
  accounts: readonly AccountView[];
  mailboxes: readonly MailboxView[];
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  listing: Listing;
  outbox: Outbox;
  openId: string | null;
  onOpen: (thread: ThreadView) => void;
  onOpenById: (thread: { id: string }) => void;
  onAct: (action: Action, threads: readonly Subject[]) => void;
  onCompose: (start: ComposeStart) => void;
  fetchNow: { run: () => void; running: boolean };
  /** Opens the mailboxes where they have no pane. */
  onMenu?: () => void;
  onHelp: () => void;
  searchBox: React.RefObject<InputRef>;
}

export const ListPane = observer(function ListPane(props: ListPaneProps) {
  const { view, title, shown, accounts, mailboxes, filter, onFilter, listing, outbox, onCompose } = props;
  const { token } = theme.useToken();
  const styles = useStyles();
  const words = useMemo(() => soughtWords(filter.words), [filter.words]);
  const { threads, ticks, triage } = listing;
  const selecting = listsThreads(view) && ticks.any && threads.rows;
  return (
    <section className={styles.pane} aria-label={title}>
      {selecting ? (
        <SelectionBar ticks={ticks} threads={selecting.threads} actions={triage.actions} onAct={props.onAct} />
      ) : (
        <Head {...props} />
      )}
      {listsThreads(view) && <Truth view={view} accounts={shown} mailboxes={mailboxes} />}
      {listsThreads(view) && (
        <SearchBar
          key={viewKey(view)}
          box={props.searchBox}
          filter={filter}
          onFilter={onFilter}
          accounts={accounts}
          mailboxes={mailboxes}
          here={title}
        />
      )}
      <OfflineBanner />
      <Notices onOpen={props.onOpenById} />
      <AccountBanner accountId={shown.length === 1 ? shown[0].id : undefined} />
      <FirstSync accounts={shown} />
      <div style={{ borderTop: `1px solid ${token.colorBorderSecondary}`, flex: 'none' }} />
      {listsThreads(view) ? (
        <ThreadList
          listKey={`${viewKey(view)} ${filterKey(filter)}`}
          threads={threads}
          openId={props.openId}
          cursorId={listing.cursorId}
          scrolled={listing.scrolled}
          ticks={ticks}
          words={words}
          actions={triage.actions}
          filtered={isFiltered(filter)}
          arriving={shown.some(({ state }) => state === 'firstSync')}
          onOpen={props.onOpen}
          onAct={props.onAct}
          onClearFilter={() => onFilter(EVERYTHING)}
          onSearchEverywhere={
            filter.where === 'everywhere' ? undefined : () => onFilter({ ...filter, where: 'everywhere' })
          }
        />
      ) : (
        <OutboxList kind={view.kind} outbox={outbox} onOpen={onCompose} />
      )}
    </section>
  );
});

function Head({ title, fetchNow, onCompose, onMenu, onHelp }: ListPaneProps) {
  const t = useT();
  const styles = useStyles();
  return (
    <div className={styles.bar} style={{ borderBottom: 0, paddingBottom: 0 }}>
      {onMenu && <Button type="text" icon={<MenuOutlined />} aria-label={t('Mailboxes')} onClick={onMenu} />}
      <Typography.Title level={5} ellipsis style={{ margin: 0, flex: 1 }}>
        {title}
      </Typography.Title>
      {onMenu && (
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
          onClick={onHelp}
        />
      </Tooltip>
      <Tooltip title={t('Fetch mail now')}>
        <Button
          type="text"
          size="small"
          icon={<SyncOutlined spin={fetchNow.running} />}
          aria-label={t('Fetch mail now')}
          onClick={fetchNow.run}
        />
      </Tooltip>
    </div>
  );
}
