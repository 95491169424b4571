/** Client ID, client secret (write-only) and the day on which the secret ends. */
import React from 'react';
import { Alert, Button, DatePicker, Flex, Form, Input, Space } from 'antd';
import dayjs from 'dayjs';
import { REFERENCE_EXAMPLE } from '../../shared/environmentReference';
import type { ProviderView } from '../../shared/types';
import { useLanguage } from '../accounts/useLanguage';
import { useT } from '../locale';
import { checkClientId, checkClientSecret, expiryOf } from './checks';
import type { ProviderFields } from './providerFields';
import { Field } from './Field';
import { useRule } from './useRule';

const DAY_FORMAT = 'YYYY-MM-DD';

interface CredentialFieldsProps {
  view: ProviderView;
  /** Whether a new secret is being typed. */
  replacing: boolean;
  onReplacing(replacing: boolean): void;
}

export function CredentialFields({ view, replacing, onReplacing }: CredentialFieldsProps) {
  const t = useT();
  const form = Form.useFormInstance<ProviderFields>();
  const idRule = useRule(checkClientId);
  const secretRule = useRule(checkClientSecret);
  const keep = () => {
    form.setFieldValue('clientSecret', undefined);
    onReplacing(false);
  };
  return (
    <>
      <Field
        name="clientId"
        label={t('Client ID')}
        extra={t('Called "Application (client) ID" in Entra.')}
        rules={[idRule]}
        validateTrigger="onBlur"
      >
        <Input placeholder="00000000-0000-0000-0000-000000000000" autoComplete="off" spellCheck={false} />
      </Field>
      {replacing ? (
        <Field
          label={t('Client secret')}
          htmlFor="clientSecret"
          extra={t(
            'Copy the column "Value", not "Secret ID": Entra shows it only once. A reference such as {{example}} works too.',
            { example: REFERENCE_EXAMPLE },
          )}
        >
          <Flex gap="small">
            <Form.Item<ProviderFields> name="clientSecret" noStyle rules={[secretRule]} validateTrigger="onBlur">
              <Input.Password autoComplete="new-password" spellCheck={false} />
            </Form.Item>
            {view.secretSet && <Button onClick={keep}>{t('Keep the old one')}</Button>}
          </Flex>
        </Field>
      ) : (
        <Field label={t('Client secret')} extra={t('It is stored encrypted and never shown again.')}>
          <Space.Compact block>
            <Input
              disabled
              aria-label={t('Client secret')}
              value={view.secretFromEnvironment ? t('set, from an environment variable') : `••••••••  ${t('set')}`}
            />
            <Button onClick={() => onReplacing(true)}>{t('Replace')}</Button>
          </Space.Compact>
        </Field>
      )}
      <Field
        name="secretExpiresAt"
        label={t('The secret expires on')}
        extra={t('The column "Expires" in Entra. On that day every mailbox stops; you are warned here 30 days before.')}
        getValueProps={(value: string | null) => ({ value: value ? dayjs(value, DAY_FORMAT) : null })}
        normalize={(value: dayjs.Dayjs | null) => value?.format(DAY_FORMAT) ?? null}
      >
        <DatePicker style={{ width: '100%', maxWidth: 220 }} />
      </Field>
      <ExpiryNotice />
    </>
  );
}

function ExpiryNotice() {
  const t = useT();
  const language = useLanguage();
  const expiry = expiryOf(Form.useWatch<string | null>('secretExpiresAt'), new Date());
  if (expiry.state === 'past') {
    return (
      <Alert
        type="error"
        showIcon
        message={t('The secret has expired. Create a new one in Entra and replace it here.')}
        style={{ marginBlockEnd: 24 }}
      />
    );
  }
  if (expiry.state !== 'near') return null;
  return (
    <Alert
      type="warning"
      showIcon
      message={t('The secret expires {{when}}. Create a new one in Entra and replace it here before.', {
        when: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(expiry.days, 'day'),
      })}
      style={{ marginBlockEnd: 24 }}
    />
  );
}
