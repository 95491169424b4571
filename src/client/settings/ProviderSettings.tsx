/** The Microsoft tab: reads the provider, then shows its form. */
import React, { useCallback } from 'react';
import { Skeleton } from 'antd';
import { useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useLoad } from '../load';
import { ProviderForm } from './ProviderForm';

export function ProviderSettings({ name }: { name: string }) {
  const api = useApi();
  const read = useCallback(async () => (await api.providers.list()).find((view) => view.name === name), [api, name]);
  const { data, error, loading, reload, set } = useLoad(read);
  if (data) return <ProviderForm view={data} onSaved={set} />;
  if (error) return <ErrorNotice toAdministrator view={error} onRetry={() => void reload()} />;
  if (!loading) return <ErrorNotice toAdministrator view={{ code: 'providerUnknown', kind: 'permanent', who: 'us' }} />;
  return <Skeleton active paragraph={{ rows: 10 }} style={{ maxWidth: 760 }} />;
}
