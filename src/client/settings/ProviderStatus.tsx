/** How the provider stands, above its form: the alarm when Microsoft refuses it, or a word of calm. */
import React from 'react';
import { Alert, Space, Typography } from 'antd';
import type { ProviderView } from '../../shared/types';
import type { Tone } from '../accounts/words';
import { errorText, useT } from '../locale';
import { ToneTag } from '../ToneTag';
import { expiryOf } from './checks';

export function ProviderStatus({ view }: { view: ProviderView }) {
  const t = useT();
  const expiry = expiryOf(view.secretExpiresAt, new Date());
  const tag: { color: Tone; text: string } = view.problem
    ? { color: 'error', text: 'Refused by Microsoft' }
    : !view.configured
      ? { color: 'default', text: 'Not set up' }
      : expiry.state === 'past'
        ? { color: 'error', text: 'Secret expired' }
        : expiry.state === 'near'
          ? { color: 'warning', text: 'Secret expires soon' }
          : { color: 'success', text: 'Ready: people can connect' };
  return (
    <div style={{ marginBlockEnd: 24 }}>
      <Space wrap size="middle" style={{ marginBlockEnd: view.problem ? 16 : 4 }}>
        <Typography.Title level={4} style={{ margin: 0 }}>
          {t('Outlook and Microsoft 365')}
        </Typography.Title>
        <ToneTag tone={tag.color} style={{ whiteSpace: 'normal' }}>
          {t(tag.text)}
        </ToneTag>
      </Space>
      {view.problem ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          message={errorText(t, view.problem).sentence}
          description={t(
            'No mailbox can be read or sent from until this is mended. People need not connect again: their mailboxes go on by themselves afterwards.',
          )}
        />
      ) : (
        <Typography.Paragraph type="secondary" style={{ margin: 0 }}>
          {t('Four steps, about ten minutes. You need a person who may register apps in Microsoft Entra ID.')}
        </Typography.Paragraph>
      )}
    </div>
  );
}
