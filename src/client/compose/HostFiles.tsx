/** Files of NocoBase to choose from: those of the record at hand, of file collections, and the reader's own uploads. */
import React, { useCallback, useEffect, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Checkbox, Empty, Flex, Input, Skeleton, Typography, theme } from 'antd';
import type { HostFileView, RecordRef } from '../../shared/types';
import { useLanguage } from '../accounts/useLanguage';
import { errorView, useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useLoad } from '../load';
import { useT } from '../locale';
import { listDate } from '../mail/dates';
import { fileSize } from '../mail/fileSize';
import { fileKey, type ChosenFile, type Choice } from './chosenFiles';

/** A pause in typing after which is searched. */
const PAUSE = 300;

/** The files of a record, field by field. */
export function FilesOfRecord({ record, choice }: { record: RecordRef; choice: Choice }) {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const read = useCallback(() => api.files.ofRecord(record), [api, record]);
  const { data, error, reload } = useLoad(read);
  if (error && !data) return <ErrorNotice view={error} onRetry={() => void reload()} />;
  if (!data) return <Skeleton active />;
  if (data.length === 0) return <Nothing text={t('This record has no files that you may read.')} />;
  return data.map(({ field, title, files }) => (
    <section key={field} aria-label={context.t(title)}>
      <Typography.Text type="secondary">{context.t(title)}</Typography.Text>
      {files.map((file) => (
        <FileLine key={fileKey(file)} file={{ ...file, record: { ...record, field } }} choice={choice} />
      ))}
    </section>
  ));
}

/** The files of one collection, newest first. */
export function FilesOfFolder({ collection, choice }: { collection: string; choice: Choice }) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  const [further, setFurther] = useState<{ of: object; files: HostFileView[]; page: number; more: boolean } | null>(
    null,
  );
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  const read = useCallback(() => api.files.list(collection, query, 1), [api, collection, query]);
  const { data, error, loading, reload } = useLoad(read);
  // Pages that were read for another search are of no use.
  const rest = further?.of === data ? further : null;
  const more = async () => {
    if (!data) return;
    const page = (rest?.page ?? 1) + 1;
    try {
      const next = await api.files.list(collection, query, page);
      setFurther({ of: data, files: [...(rest?.files ?? []), ...next.files], page, more: next.more });
    } catch (thrown) {
      setFailure(thrown);
    }
  };
  const files = [...(data?.files ?? []), ...(rest?.files ?? [])];
  return (
    <Flex vertical gap={token.marginXS}>
      <Input.Search
        allowClear
        aria-label={t('Search by name')}
        placeholder={t('Search by name')}
        value={typed}
        loading={loading && Boolean(data)}
        onChange={({ target }) => setTyped(target.value)}
      />
      {error && <ErrorNotice view={error} onRetry={() => void reload()} />}
      {!data && !error && <Skeleton active />}
      {data && files.length === 0 && <Nothing text={query ? t('Nothing found') : t('No files here')} />}
      <div>
        {files.map((file) => (
          <FileLine key={fileKey(file)} file={file} choice={choice} />
        ))}
      </div>
      {failure !== null && <ErrorNotice view={errorView(failure)} />}
      {(rest?.more ?? data?.more) && (
        <Button size="small" onClick={() => void more()} style={{ alignSelf: 'center' }}>
          {t('Show more')}
        </Button>
      )}
    </Flex>
  );
}

const Nothing = ({ text }: { text: string }) => <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text} />;

function FileLine({ file, choice }: { file: ChosenFile; choice: Choice }) {
  const { token } = theme.useToken();
  const language = useLanguage();
  return (
    <Flex
      component="label"
      align="center"
      gap={token.marginXS}
      style={{ padding: `${token.paddingXXS}px 0`, cursor: 'pointer' }}
    >
      <Checkbox checked={choice.has(file)} onChange={() => choice.toggle(file)} />
      <span style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{file.filename}</span>
      <Typography.Text type="secondary" style={{ flex: 'none', fontSize: token.fontSizeSM }}>
        {[fileSize(file.size, language), listDate(file.createdAt, new Date(), language)].filter(Boolean).join(' · ')}
      </Typography.Text>
    </Flex>
  );
}
