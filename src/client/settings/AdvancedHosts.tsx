/** Other servers than those of Microsoft's public cloud; closed unless somebody uses it. */
import React from 'react';
import { Col, Collapse, Form, Input, InputNumber, Row, Select } from 'antd';
import type { ProviderView } from '../../shared/types';
import { useT } from '../locale';
import { MICROSOFT_HOSTS, usesOtherHosts } from './providerFields';

export function AdvancedHosts({ view }: { view: ProviderView }) {
  const t = useT();
  return (
    <Collapse
      ghost
      defaultActiveKey={usesOtherHosts(view) ? ['hosts'] : []}
      style={{ marginInline: -16, marginBlockEnd: 8 }}
      items={[
        {
          key: 'hosts',
          label: t('Advanced: other Microsoft clouds and hosts'),
          // Fields that were never opened must still be saved.
          forceRender: true,
          children: (
            <>
              <Form.Item
                name="authorityHost"
                label={t('Sign-in service')}
                extra={t(
                  'Leave everything here empty for Microsoft 365 and Outlook.com. Hosts that are not Microsoft’s must be allowed in the server’s environment by MAIL_ALLOWED_HOSTS.',
                )}
              >
                <Input placeholder={MICROSOFT_HOSTS.authorityHost} autoComplete="off" spellCheck={false} />
              </Form.Item>
              <HostRow name="imap" label={t('IMAP server')} example={MICROSOFT_HOSTS.imap} />
              <HostRow name="smtp" label={t('SMTP server')} example={MICROSOFT_HOSTS.smtp} />
            </>
          ),
        },
      ]}
    />
  );
}

interface HostRowProps {
  name: 'imap' | 'smtp';
  label: string;
  example: { host: string; port: number };
}

function HostRow({ name, label, example }: HostRowProps) {
  const t = useT();
  return (
    <Row gutter={8}>
      <Col flex="2 1 220px">
        <Form.Item name={[name, 'host']} label={label}>
          <Input placeholder={example.host} autoComplete="off" spellCheck={false} />
        </Form.Item>
      </Col>
      <Col flex="1 1 110px">
        <Form.Item name={[name, 'port']} label={t('Port')}>
          <InputNumber min={1} max={65535} precision={0} placeholder={String(example.port)} style={{ width: '100%' }} />
        </Form.Item>
      </Col>
      <Col flex="1 1 130px">
        <Form.Item name={[name, 'secure']} label={t('Encryption')}>
          <Select
            options={[
              { value: true, label: t('TLS') },
              { value: false, label: t('STARTTLS') },
            ]}
          />
        </Form.Item>
      </Col>
    </Row>
  );
}
