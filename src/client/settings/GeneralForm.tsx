/** The General tab: how often, how long, how far back. */
import React, { useEffect, useState } from 'react';
import { App, Button, Form, InputNumber, Skeleton } from 'antd';
import type { GeneralSettings } from '../../shared/types';
import { errorView, useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useLoad } from '../load';
import { useT } from '../locale';

interface NumberField {
  name: keyof GeneralSettings;
  label: string;
  extra: string;
  unit: string;
  min: number;
  max: number;
}

const FIELDS: readonly NumberField[] = [
  {
    name: 'pollMinutes',
    label: 'Look for new mail every',
    extra: 'New mail usually arrives at once; this is the safety net for when Microsoft does not tell us.',
    unit: 'minutes',
    min: 1,
    max: 1440,
  },
  {
    name: 'undoSeconds',
    label: 'Sending can be undone for',
    extra: 'A mail waits this long before it leaves. 0 sends at once.',
    unit: 'seconds',
    min: 0,
    max: 120,
  },
  {
    name: 'defaultSyncDays',
    label: 'Fetch mail of a new mailbox back to',
    extra: 'People may choose another date when they connect.',
    unit: 'days',
    min: 1,
    max: 3650,
  },
  {
    name: 'messagesPerMinute',
    label: 'Messages of one account a minute',
    extra: 'Exchange Online delays mail above 30 a minute. More wait in the outbox.',
    unit: 'messages',
    min: 1,
    max: 1000,
  },
  {
    name: 'spoolMegabytes',
    label: 'Files of drafts and waiting mail, for each user',
    extra: 'They lie on this server until the mail is sent.',
    unit: 'megabytes',
    min: 10,
    max: 100000,
  },
];

export function GeneralForm() {
  const t = useT();
  const api = useApi();
  const { message } = App.useApp();
  const [form] = Form.useForm<GeneralSettings>();
  const { data, error, reload, set } = useLoad(api.settings.get);
  const [changed, setChanged] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    if (data) form.setFieldsValue(data);
  }, [form, data]);

  const save = async (values: GeneralSettings) => {
    setBusy(true);
    setFailure(null);
    try {
      set(await api.settings.save(values));
      setChanged(false);
      void message.success(t('Saved'));
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setBusy(false);
    }
  };

  if (error && !data) return <ErrorNotice toAdministrator view={error} onRetry={() => void reload()} />;
  if (!data) return <Skeleton active paragraph={{ rows: 6 }} style={{ maxWidth: 560 }} />;
  return (
    <Form<GeneralSettings>
      form={form}
      layout="vertical"
      initialValues={data}
      disabled={busy}
      onValuesChange={() => setChanged(true)}
      onFinish={(values) => void save(values)}
      requiredMark={false}
      style={{ maxWidth: 560 }}
    >
      {FIELDS.map(({ name, label, extra, unit, min, max }) => (
        <Form.Item<GeneralSettings>
          key={name}
          name={name}
          label={t(label)}
          extra={t(extra)}
          rules={[{ required: true, message: t('Type a number from {{min}} to {{max}}.', { min, max }) }]}
        >
          <InputNumber
            min={min}
            max={max}
            precision={0}
            addonAfter={t(unit)}
            style={{ width: '100%', maxWidth: 200 }}
          />
        </Form.Item>
      ))}
      {failure !== null && (
        <Form.Item>
          <ErrorNotice toAdministrator view={errorView(failure)} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" loading={busy} disabled={!changed || busy}>
        {t('Save')}
      </Button>
    </Form>
  );
}
