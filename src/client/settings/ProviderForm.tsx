/** The form of a Microsoft app registration, in the order in which Entra asks for and shows these values. */
import React, { useEffect, useState } from 'react';
import { App, Button, Flex, Form, Space, Typography } from 'antd';
import type { ProviderView, VerifyStep } from '../../shared/types';
import { errorView, useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useT } from '../locale';
import { AdvancedHosts } from './AdvancedHosts';
import { CredentialFields } from './CredentialFields';
import { fieldsOf, inputOf, type ProviderFields } from './providerFields';
import { PermissionList } from './PermissionList';
import { ProviderStatus } from './ProviderStatus';
import { RegistrationFields } from './RegistrationFields';
import { Step } from './Step';
import { VerifyResult } from './VerifyResult';

interface ProviderFormProps {
  view: ProviderView;
  onSaved(view: ProviderView): void;
}

export function ProviderForm({ view, onSaved }: ProviderFormProps) {
  const t = useT();
  const api = useApi();
  const { message } = App.useApp();
  const [form] = Form.useForm<ProviderFields>();
  const [changed, setChanged] = useState(false);
  const [replacing, setReplacing] = useState(!view.secretSet);
  const [busy, setBusy] = useState<'save' | 'verify' | null>(null);
  const [steps, setSteps] = useState<VerifyStep[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);

  useEffect(() => {
    form.setFieldsValue(fieldsOf(view));
    setReplacing(!view.secretSet);
    setChanged(false);
  }, [form, view]);

  /** Saves what the form holds; false when it holds mistakes or the server refuses. */
  const save = async (): Promise<boolean> => {
    try {
      await form.validateFields();
    } catch {
      return false;
    }
    onSaved(await api.providers.save(inputOf(view.name, form.getFieldsValue(true))));
    return true;
  };

  const run = async (what: 'save' | 'verify') => {
    setFailure(null);
    setSteps(null);
    setBusy(what);
    try {
      if ((changed || what === 'save') && !(await save())) return;
      if (what === 'verify') setSteps(await api.providers.verify(view.name));
      else void message.success(t('Saved'));
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setBusy(null);
    }
  };

  const failed = failure ? errorView(failure) : null;
  return (
    <Form<ProviderFields>
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={busy !== null}
      initialValues={fieldsOf(view)}
      onValuesChange={() => {
        setChanged(true);
        setSteps(null);
      }}
      onFinish={() => void run('save')}
      scrollToFirstError={{ behavior: 'smooth', block: 'center' }}
      style={{ maxWidth: 760 }}
    >
      <ProviderStatus view={view} />
      <Step
        number={1}
        title={t('Register an app in Microsoft Entra')}
        intro={
          <>
            {t(
              'Applications → App registrations → New registration. Any name will do: people read it when they sign in.',
            )}{' '}
            <Typography.Link
              href="https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/CreateApplicationBlade"
              target="_blank"
              rel="noopener noreferrer"
            >
              {t('Open the Entra admin centre')}
            </Typography.Link>
          </>
        }
      >
        <RegistrationFields redirectUri={view.redirectUri} />
      </Step>
      <Step
        number={2}
        title={t('Copy the Client ID and a client secret')}
        intro={t('The Client ID is on the Overview page of the app, the secret under Certificates & secrets.')}
      >
        <CredentialFields view={view} replacing={replacing} onReplacing={setReplacing} />
      </Step>
      <Step
        number={3}
        title={t('Add the permissions')}
        intro={t('API permissions → Add a permission → Microsoft Graph → Delegated permissions.')}
      >
        <PermissionList />
      </Step>
      <Step number={4} title={t('Save and check')}>
        <AdvancedHosts view={view} />
        <Space wrap style={{ marginBlockEnd: 16 }}>
          <Button type="primary" htmlType="submit" loading={busy === 'save'} disabled={!changed || busy !== null}>
            {t('Save')}
          </Button>
          <Button onClick={() => void run('verify')} loading={busy === 'verify'} disabled={busy !== null}>
            {changed ? t('Save and check set-up') : t('Check set-up')}
          </Button>
          {changed && <Typography.Text type="secondary">{t('There are unsaved changes.')}</Typography.Text>}
        </Space>
        <Flex vertical gap="middle" aria-live="polite">
          {failed && <ErrorNotice toAdministrator view={failed} />}
          {steps && <VerifyResult steps={steps} />}
        </Flex>
      </Step>
    </Form>
  );
}
