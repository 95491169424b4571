/** What Entra's registration form asks: which accounts, and the redirect URI. */
import React from 'react';
import { Alert, Form, Input, Radio, Space, Typography } from 'antd';
import type { AccountTypes } from '../../shared/types';
import { CopyField } from '../CopyField';
import { ErrorNotice } from '../ErrorNotice';
import { useT } from '../locale';
import { checkRedirectUri, checkTenant, isOtherOrigin } from './checks';
import { Field } from './Field';
import { useRule } from './useRule';

/** Our words, and the words of Entra's registration form. */
const ACCOUNT_TYPES: readonly { value: AccountTypes; ours: string; entra: string }[] = [
  {
    value: 'common',
    ours: 'Any organisation and personal accounts',
    entra: 'Any Entra ID tenant + personal Microsoft accounts',
  },
  { value: 'organizations', ours: 'Any organisation', entra: 'Multiple Entra ID tenants' },
  { value: 'tenant', ours: 'One organisation, with its tenant ID', entra: 'Single tenant' },
  { value: 'consumers', ours: 'Personal accounts only', entra: 'Personal accounts only' },
];

export function RegistrationFields({ redirectUri }: { redirectUri: string }) {
  const t = useT();
  const accountTypes = Form.useWatch<AccountTypes>('accountTypes');
  const tenantRule = useRule<string>((value) => checkTenant(accountTypes, value));
  const problem = checkRedirectUri(redirectUri);
  const here = window.location.origin;
  const warning = problem ? (
    <ErrorNotice toAdministrator view={problem} type="warning" />
  ) : isOtherOrigin(redirectUri, here) ? (
    <Alert
      type="warning"
      showIcon
      message={t(
        'You opened NocoBase as {{here}}, but Microsoft will return people to {{there}}. Sign-ins work only under the second address.',
        {
          here,
          there: new URL(redirectUri).origin,
        },
      )}
    />
  ) : null;
  return (
    <>
      <Field
        label={t('Redirect URI')}
        extra={t('Platform: Web (not Single-page application). Paste it letter for letter.')}
        style={{ marginBlockEnd: warning ? 8 : undefined }}
      >
        <CopyField value={redirectUri} label={t('Redirect URI')} />
      </Field>
      {warning && <div style={{ marginBlockEnd: 24 }}>{warning}</div>}
      <Field
        name="accountTypes"
        label={t('Supported account types')}
        extra={t('Choose here what you choose in Entra: when the two disagree, Microsoft refuses every sign-in.')}
      >
        <Radio.Group>
          <Space direction="vertical" size={4}>
            {ACCOUNT_TYPES.map(({ value, ours, entra }) => (
              <Radio key={value} value={value}>
                {t(ours)}{' '}
                <Typography.Text type="secondary">· {t('in Entra: {{choice}}', { choice: t(entra) })}</Typography.Text>
              </Radio>
            ))}
          </Space>
        </Radio.Group>
      </Field>
      {accountTypes === 'tenant' && (
        <Field
          name="tenantId"
          label={t('Tenant ID')}
          extra={t('Directory (tenant) ID on the Overview page of the app, or a domain of the organisation.')}
          rules={[tenantRule]}
          validateTrigger="onBlur"
        >
          <Input placeholder="00000000-0000-0000-0000-000000000000" autoComplete="off" spellCheck={false} />
        </Field>
      )}
    </>
  );
}
