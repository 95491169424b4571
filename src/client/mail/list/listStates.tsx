/** What stands in the list's place while there is nothing to list, or less than there should be. */
import React from 'react';
import { Alert, Button, Empty, Flex, Skeleton, theme } from 'antd';
import type { ErrorView } from '../../../shared/types';
import { ErrorNotice } from '../../ErrorNotice';
import { Loading } from '../../Loading';
import { useT } from '../../locale';
import { useStyles } from '../styles';

interface EmptyListProps {
  filtered: boolean;
  arriving: boolean;
  incomplete: boolean;
  onClearFilter: () => void;
  onSearchEverywhere?: () => void;
}

export function EmptyList({ filtered, arriving, incomplete, onClearFilter, onSearchEverywhere }: EmptyListProps) {
  const t = useT();
  const styles = useStyles();
  const words = filtered
    ? t('Nothing here matches the search or filter')
    : arriving
      ? t('Your mail is on its way. The newest comes first.')
      : t('No messages in this folder');
  return (
    <>
      {incomplete && <MissingTexts />}
      <div className={styles.centre}>
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words}>
          {filtered && (
            <Flex vertical gap="small" align="center">
              {onSearchEverywhere && (
                <Button type="primary" ghost onClick={onSearchEverywhere}>
                  {t('Search all folders')}
                </Button>
              )}
              <Button type="link" onClick={onClearFilter}>
                {t('Clear filters')}
              </Button>
            </Flex>
          )}
        </Empty>
      </div>
    </>
  );
}

/** The texts of older mail are still on their way: a search finds only what is here. */
export function MissingTexts() {
  const t = useT();
  return (
    <Alert
      banner
      type="info"
      message={t('Texts of older messages are still being fetched, so some of them may be missing here.')}
    />
  );
}

export function FailedList({ error, onRetry }: { error: ErrorView; onRetry: () => void }) {
  const { token } = theme.useToken();
  return (
    <div style={{ padding: token.paddingSM }}>
      <ErrorNotice view={error} onRetry={onRetry} />
    </div>
  );
}

export function LoadingRows() {
  const styles = useStyles();
  return (
    <Loading>
      {Array.from({ length: 9 }, (_, index) => (
        <Flex key={index} gap="small" className={styles.loadingRow}>
          <Skeleton.Avatar active size={36} />
          <Skeleton active title={false} paragraph={{ rows: 3, width: ['45%', '80%', '95%'] }} />
        </Flex>
      ))}
    </Loading>
  );
}
