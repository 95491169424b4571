/** Who wrote to whom: short at first, in full on demand. */
import React, { useState } from 'react';
import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Descriptions, Flex, Typography, theme } from 'antd';
import type { AddressView, MessageView } from '../../shared/types';
import { useT } from '../locale';
import { addressKey, addressText, personName, shortName } from './addresses';
import { fullDate } from './dates';
import { useMailContext } from './MailContext';
import { PersonAvatar } from './PersonAvatar';
import { useStyles } from './styles';

interface MessageHeadProps {
  message: MessageView;
  onToggle: () => void;
  /** Stands at the end of the first line. */
  end: React.ReactNode;
}

export function MessageHead({ message, onToggle, end }: MessageHeadProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { own, locale } = useMailContext();
  const [details, setDetails] = useState(false);
  const { from } = message;
  const called = (person: AddressView) => (own.has(addressKey(person.address)) ? t('me') : shortName(person));
  const recipients = [...message.to, ...message.cc, ...message.bcc];
  const shown = recipients.slice(0, 4).map(called).join(', ');
  const rest = recipients.length > 4 ? ` +${recipients.length - 4}` : '';
  const line = (key: string, label: string, people: AddressView[]) =>
    people.length > 0 ? [{ key, label, children: people.map(addressText).join(', ') }] : [];
  return (
    <Flex gap="small">
      <PersonAvatar person={from} />
      <div style={{ minWidth: 0, flex: 1 }}>
        <Flex gap="small" align="center" justify="space-between">
          <button
            type="button"
            data-toggle
            aria-expanded
            className={`${styles.line} ${styles.sender}`}
            title={from?.address}
            onClick={onToggle}
          >
            <Typography.Text strong>{from ? personName(from) : t('(no sender)')}</Typography.Text>{' '}
            {from?.name && from.address && <Typography.Text type="secondary">&lt;{from.address}&gt;</Typography.Text>}
          </button>
          {end}
        </Flex>
        <Button
          type="text"
          size="small"
          aria-expanded={details}
          onClick={() => setDetails(!details)}
          style={{ paddingInline: 0, height: 'auto', maxWidth: '100%' }}
        >
          <Typography.Text type="secondary" ellipsis style={{ fontSize: token.fontSizeSM }}>
            {recipients.length > 0 ? t('to {{people}}', { people: shown + rest }) : t('no visible recipients')}
          </Typography.Text>
          {details ? <UpOutlined style={{ fontSize: 10 }} /> : <DownOutlined style={{ fontSize: 10 }} />}
        </Button>
        {details && (
          <Descriptions
            column={1}
            size="small"
            style={{ marginTop: 4 }}
            styles={{ label: { color: token.colorTextSecondary }, content: { overflowWrap: 'anywhere' } }}
            items={[
              ...line('from', t('From'), from ? [from] : []),
              ...line('replyTo', t('Reply to'), message.replyTo),
              ...line('to', t('To'), message.to),
              ...line('cc', t('Cc'), message.cc),
              ...line('bcc', t('Bcc'), message.bcc),
              { key: 'received', label: t('Received'), children: fullDate(message.date, locale) },
              ...(message.sentAt
                ? [{ key: 'sent', label: t('Sent at'), children: fullDate(message.sentAt, locale) }]
                : []),
            ]}
          />
        )}
      </div>
    </Flex>
  );
}
