/** The list of conversations: everything it shows between "loading" and "that is all". */
import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Button, Dropdown, Spin, Typography } from 'antd';
import type { ThreadView } from '../../../shared/types';
import { useT } from '../../locale';
import { actionItems } from '../changes/ActionButtons';
import type { Action } from '../changes/place';
import { useStyles } from '../styles';
import type { Listing } from '../useListing';
import { EmptyList, FailedList, LoadingRows, MissingTexts } from './listStates';
import { rowId, ThreadRow } from './ThreadRow';
import type { Ticks } from './useTicks';
import type { Threads } from './useThreads';

export interface ThreadListProps {
  /** Changes with the view: a new list starts at its top. */
  listKey: string;
  threads: Threads;
  openId: string | null;
  /** Where the keyboard stands, when that is not the open conversation. */
  cursorId: string | null;
  scrolled: Listing['scrolled'];
  ticks: Ticks;
  /** Words of the search. */
  words: readonly string[];
  /** What is offered for a conversation of this list. */
  actions: readonly Action[];
  /** A search or a filter is on. */
  filtered: boolean;
  /** Mail is still coming for the first time. */
  arriving: boolean;
  onOpen: (thread: ThreadView) => void;
  onAct: (action: Action, threads: ThreadView[]) => void;
  onClearFilter: () => void;
  /** Offered where a search in one folder finds nothing. */
  onSearchEverywhere?: () => void;
}

export function ThreadList(props: ThreadListProps) {
  const { listKey, threads, openId, cursorId, scrolled, ticks, words, actions, onOpen, onAct } = props;
  const { rows, error, loadingMore, loadMore, reload } = threads;
  const t = useT();
  const styles = useStyles();
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const more = rows?.next ?? null;
  const at = cursorId ?? openId;

  useLayoutEffect(() => {
    if (scrolled.current.key !== listKey) scrolled.current = { key: listKey, top: 0 };
    scroller.current?.scrollTo({ top: scrolled.current.top });
  }, [listKey, scrolled]);

  useEffect(() => {
    if (at) document.getElementById(rowId(at))?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const latest = useRef(loadMore);
  latest.current = loadMore;
  useEffect(() => {
    const mark = end.current;
    if (!mark || !more) return;
    const watch = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && latest.current(), {
      root: scroller.current,
      rootMargin: '600px',
    });
    watch.observe(mark);
    return () => watch.disconnect();
  }, [more]);

  const { toggle, range } = ticks;
  const onTick = useMemo(() => (id: string, through: boolean) => (through ? range(id) : toggle(id)), [range, toggle]);

  if (!rows || rows.threads.length === 0) {
    return (
      <div className={styles.scroll} ref={scroller} aria-busy={!rows}>
        {error ? (
          <FailedList error={error} onRetry={reload} />
        ) : rows ? (
          <EmptyList {...props} incomplete={Boolean(rows.incomplete)} />
        ) : (
          <LoadingRows />
        )}
      </div>
    );
  }
  return (
    <div
      className={styles.scroll}
      ref={scroller}
      data-thread-scroller
      onScroll={({ currentTarget }) => void (scrolled.current.top = currentTarget.scrollTop)}
    >
      {error && <FailedList error={error} onRetry={reload} />}
      {rows.incomplete && <MissingTexts />}
      <RowMenu threads={rows.threads} ticks={ticks} actions={actions} onAct={onAct}>
        <div
          role="listbox"
          tabIndex={0}
          className={styles.list}
          aria-label={t('Conversations')}
          aria-multiselectable
          aria-activedescendant={at ? rowId(at) : undefined}
        >
          {rows.threads.map((thread) => (
            <ThreadRow
              key={thread.id}
              thread={thread}
              open={thread.id === openId}
              current={thread.id === cursorId}
              ticked={ticks.ids.has(thread.id)}
              ticking={ticks.any}
              words={words}
              actions={actions}
              onOpen={onOpen}
              onTick={onTick}
              onAct={onAct}
            />
          ))}
        </div>
      </RowMenu>
      <div ref={end} style={{ padding: 16, textAlign: 'center', minHeight: 24 }}>
        {loadingMore ? (
          <Spin size="small" />
        ) : more ? (
          <Button size="small" onClick={loadMore}>
            {t('Show more')}
          </Button>
        ) : (
          rows.threads.length > 12 && <Typography.Text type="secondary">{t('That is all')}</Typography.Text>
        )}
      </div>
    </div>
  );
}

interface RowMenuProps extends Pick<ThreadListProps, 'ticks' | 'actions' | 'onAct'> {
  threads: readonly ThreadView[];
  children: React.ReactElement;
}

/** The menu of the right mouse button: one for the whole list. */
function RowMenu({ threads, ticks, actions, onAct, children }: RowMenuProps) {
  const t = useT();
  const [id, setId] = useState<string | null>(null);
  const chosen = threads.filter((thread) => (id && ticks.ids.has(id) ? ticks.ids.has(thread.id) : thread.id === id));
  const unread = chosen.some(({ unreadCount }) => unreadCount > 0);
  const flagged = chosen.every((thread) => thread.flagged);
  const offered = actions.filter(
    (action) => action !== (unread ? 'unread' : 'read') && action !== (flagged ? 'flag' : 'unflag'),
  );
  const items = [
    ...actionItems(t, offered, (action) => onAct(action, chosen)),
    { type: 'divider' as const },
    { key: 'select', label: t('Select'), extra: 'X', onClick: () => id && ticks.toggle(id) },
  ];
  return (
    <Dropdown trigger={['contextMenu']} menu={{ items: chosen.length > 0 ? items : [] }}>
      <div
        onContextMenu={(event) => {
          const row = event.target instanceof Element ? event.target.closest('[data-thread]') : null;
          setId(row?.getAttribute('data-thread') ?? null);
        }}
      >
        {children}
      </div>
    </Dropdown>
  );
}
