/** Drafts, or mails on their way: each with what its author can do about it. */
import React from 'react';
import { Empty, List, Skeleton, theme } from 'antd';
import type { ComposeStart } from '../compose/desk';
import { ErrorNotice } from '../ErrorNotice';
import { Loading } from '../Loading';
import { useT } from '../locale';
import { OutboxItem } from './OutboxItem';
import { useStyles } from './styles';
import { drafts, leaving, type Outbox } from './useOutbox';

/** The host's button of its assistants lies over the end of a list on a small screen. Pixels. */
const END = 72;

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
        {error ? (
          <ErrorNotice view={error} onRetry={reload} />
        ) : (
          <Loading>
            <Skeleton active paragraph={{ rows: 6 }} />
          </Loading>
        )}
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
          style={{ paddingBlockEnd: END }}
          renderItem={(row) => <OutboxItem row={row} onOpen={onOpen} onChanged={reload} />}
        />
      )}
    </div>
  );
}
