/** The list of conversations: everything it shows between "loading" and "that is all". */
import React, { useEffect, useRef } from 'react';
import { Button, Empty, Skeleton, Spin, Typography, theme } from 'antd';
import type { ThreadView } from '../../../shared/types';
import { ErrorNotice } from '../../ErrorNotice';
import { useT } from '../../locale';
import { rowId, ThreadRow } from './ThreadRow';
import { useStyles } from '../styles';
import type { Threads } from './useThreads';

interface ThreadListProps {
  /** Changes with the view: a new list starts at its top. */
  listKey: string;
  threads: Threads;
  openId: string | null;
  /** A search or a filter is on. */
  filtered: boolean;
  /** Mail is still coming for the first time. */
  arriving: boolean;
  onOpen: (thread: ThreadView) => void;
  onClearFilter: () => void;
}

export function ThreadList(props: ThreadListProps) {
  const { listKey, threads, openId, filtered, arriving, onOpen, onClearFilter } = props;
  const { rows, error, loadingMore, loadMore, reload } = threads;
  const t = useT();
  const styles = useStyles();
  const scroller = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const more = rows?.next ?? null;

  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [listKey]);

  useEffect(() => {
    if (openId) document.getElementById(rowId(openId))?.scrollIntoView({ block: 'nearest' });
  }, [openId]);

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

  if (!rows) {
    return (
      <div className={styles.scroll} ref={scroller} aria-busy>
        {error ? <Failed onRetry={reload} threads={threads} /> : <LoadingRows />}
      </div>
    );
  }
  if (rows.threads.length === 0) {
    return (
      <div className={styles.scroll} ref={scroller}>
        {error ? (
          <Failed onRetry={reload} threads={threads} />
        ) : (
          <div className={styles.centre}>
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={
                filtered
                  ? t('Nothing here matches the search or filter')
                  : arriving
                    ? t('Your mail is on its way. The newest comes first.')
                    : t('No messages in this folder')
              }
            >
              {filtered && (
                <Button type="link" onClick={onClearFilter}>
                  {t('Clear filters')}
                </Button>
              )}
            </Empty>
          </div>
        )}
      </div>
    );
  }
  return (
    <div className={styles.scroll} ref={scroller}>
      {error && <Failed onRetry={reload} threads={threads} />}
      <div
        role="listbox"
        tabIndex={0}
        className={styles.list}
        aria-label={t('Conversations')}
        aria-activedescendant={openId ? rowId(openId) : undefined}
      >
        {rows.threads.map((thread) => (
          <ThreadRow key={thread.id} thread={thread} selected={thread.id === openId} onOpen={onOpen} />
        ))}
      </div>
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

function Failed({ threads, onRetry }: { threads: Threads; onRetry: () => void }) {
  const { token } = theme.useToken();
  return (
    threads.error && (
      <div style={{ padding: token.paddingSM }}>
        <ErrorNotice view={threads.error} onRetry={onRetry} />
      </div>
    )
  );
}

function LoadingRows() {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <div role="status" aria-label={t('Loading…')}>
      {Array.from({ length: 9 }, (_, index) => (
        <div
          key={index}
          style={{ padding: `12px ${token.padding}px`, borderBottom: `1px solid ${token.colorBorderSecondary}` }}
        >
          <Skeleton active title={{ width: '45%' }} paragraph={{ rows: 2, width: ['80%', '95%'] }} />
        </div>
      ))}
    </div>
  );
}
