/** The Sync log tab: what every pass over a mailbox did, for administrators; never what mail says. */
import React, { useCallback, useMemo, useRef, useState } from 'react';
import { ReloadOutlined } from '@ant-design/icons';
import { Button, Empty, Flex, Select, Skeleton, Table, Typography, type TableColumnsType } from 'antd';
import type { SyncRun } from '../../../shared/types';
import { useLanguage } from '../../accounts/useLanguage';
import { useApi } from '../../api';
import { ErrorNotice } from '../../ErrorNotice';
import { useLoad } from '../../load';
import { errorText, useT } from '../../locale';
import { ToneTag } from '../../ToneTag';
import { countsText, durationText } from './runWords';

const PAGE_SIZE = 50;

export function SyncLog() {
  const t = useT();
  const api = useApi();
  const locale = useLanguage();
  const [page, setPage] = useState(1);
  const [accountId, setAccountId] = useState<string | undefined>();
  const read = useCallback(
    () => api.syncLog.list({ page, pageSize: PAGE_SIZE, ...(accountId && { accountId }) }),
    [api, page, accountId],
  );
  const { data, error, loading, reload } = useLoad(read);
  const accounts = useSeenAccounts(data?.runs);
  const columns = useMemo(() => columnsOf(t, locale), [t, locale]);
  if (!data && error) return <ErrorNotice toAdministrator view={error} onRetry={() => void reload()} />;
  if (!data) return <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <Flex vertical gap="middle">
      <Flex justify="space-between" gap="small" wrap>
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          placeholder={t('All mailboxes')}
          aria-label={t('Mailbox')}
          value={accountId}
          style={{ width: 280, maxWidth: '100%' }}
          onChange={(id) => {
            setAccountId(id);
            setPage(1);
          }}
          options={accounts}
        />
        <Button icon={<ReloadOutlined />} loading={loading} onClick={() => void reload()}>
          {t('Refresh')}
        </Button>
      </Flex>
      {error && <ErrorNotice toAdministrator view={error} onRetry={() => void reload()} />}
      <Table<SyncRun>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={data.runs}
        loading={loading && { delay: 300 }}
        scroll={{ x: 'max-content' }}
        pagination={{
          current: page,
          pageSize: PAGE_SIZE,
          total: data.count,
          hideOnSinglePage: true,
          showSizeChanger: false,
          onChange: setPage,
        }}
        locale={{
          emptyText: (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={t('No mailbox was synchronised in the last 14 days.')}
            />
          ),
        }}
      />
      <Typography.Text type="secondary">
        {t('Runs of the last 14 days. The log holds numbers and error codes, never what mail says.')}
      </Typography.Text>
    </Flex>
  );
}

/** Every mailbox that was in the log while this page is open. */
function useSeenAccounts(runs: readonly SyncRun[] | undefined): { value: string; label: string }[] {
  const seen = useRef(new Map<string, string>());
  return useMemo(() => {
    for (const { accountId, address, owner } of runs ?? []) {
      seen.current.set(accountId, owner ? `${address} (${owner})` : address);
    }
    return [...seen.current].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
  }, [runs]);
}

function columnsOf(t: ReturnType<typeof useT>, locale: string): TableColumnsType<SyncRun> {
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  return [
    {
      title: t('Started'),
      dataIndex: 'startedAt',
      render: (startedAt: string, { repeated }) => (
        <Flex vertical>
          <span style={{ whiteSpace: 'nowrap' }}>{time.format(new Date(startedAt))}</span>
          {repeated > 0 && (
            <Typography.Text type="secondary" style={{ fontSize: 12 }}>
              {t('and {{number}} before it, without news', { number: repeated.toLocaleString(locale) })}
            </Typography.Text>
          )}
        </Flex>
      ),
    },
    {
      title: t('Mailbox'),
      dataIndex: 'address',
      render: (address: string, { owner }) => (
        <Flex vertical>
          <span>{address}</span>
          {owner && (
            <Typography.Text type="secondary" style={{ fontSize: 12 }}>
              {owner}
            </Typography.Text>
          )}
        </Flex>
      ),
    },
    {
      title: t('Reason'),
      dataIndex: 'kind',
      render: (kind: SyncRun['kind']) => (kind === 'push' ? t('The server told of news') : t('Regular look')),
    },
    {
      title: t('What changed'),
      dataIndex: 'counts',
      render: (counts: SyncRun['counts']) => countsText(t, counts, locale),
    },
    {
      title: t('Duration'),
      dataIndex: 'durationMs',
      align: 'right',
      render: (ms: number) => <span style={{ whiteSpace: 'nowrap' }}>{durationText(ms, locale)}</span>,
    },
    {
      title: t('Result'),
      dataIndex: 'errorCode',
      render: (code: string | null) =>
        code ? (
          <Flex vertical align="flex-start" style={{ maxWidth: 360 }}>
            <ToneTag tone="error">{code}</ToneTag>
            <Typography.Text style={{ fontSize: 12 }}>
              {errorText(t, { code, kind: 'permanent', who: 'user' }).sentence}
            </Typography.Text>
          </Flex>
        ) : (
          <ToneTag tone="success">{t('Good')}</ToneTag>
        ),
    },
  ];
}
