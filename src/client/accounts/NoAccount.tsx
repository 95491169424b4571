/** What a person sees before the first mailbox is connected. */
import React, { useState } from 'react';
import { MailOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Flex, Select, Typography, theme } from 'antd';
import { DAY } from '../../shared/constants';
import { useMail } from '../live';
import { useT } from '../locale';
import { ConnectOutlook } from './ConnectOutlook';

/** Days back; 0 is the administrator's default. */
const PERIODS: readonly { days: number; label: string }[] = [
  { days: 0, label: 'as far as your administrator chose' },
  { days: 7, label: 'the last week' },
  { days: 30, label: 'the last month' },
  { days: 365, label: 'the last year' },
  { days: 36_500, label: 'everything' },
];

export const NoAccount = observer(function NoAccount() {
  const t = useT();
  const { token } = theme.useToken();
  const { state } = useMail();
  const [days, setDays] = useState(0);
  const configured = state.providers.some((provider) => provider.configured);
  const startDate = days ? new Date(Date.now() - days * DAY).toISOString() : undefined;
  return (
    <Flex vertical align="center" justify="center" gap="middle" style={{ padding: token.paddingLG, minHeight: '60vh' }}>
      <MailOutlined aria-hidden style={{ fontSize: 56, color: token.colorPrimary }} />
      <Typography.Title level={3} style={{ margin: 0, textAlign: 'center' }}>
        {t('Your Outlook mail, next to your work')}
      </Typography.Title>
      <Typography.Paragraph type="secondary" style={{ maxWidth: 440, textAlign: 'center', margin: 0 }}>
        {t(
          'Connect your mailbox to read, search and send mail here. Nobody else sees it, your password stays with Microsoft, and you can disconnect at any time.',
        )}
      </Typography.Paragraph>
      <ConnectOutlook size="large" startDate={startDate} />
      {configured && (
        <Flex align="center" gap="small" wrap justify="center">
          <Typography.Text type="secondary" id="mail-period">
            {t('Bring in:')}
          </Typography.Text>
          <Select
            size="small"
            variant="filled"
            aria-labelledby="mail-period"
            value={days}
            onChange={setDays}
            popupMatchSelectWidth={false}
            options={PERIODS.map((period) => ({ value: period.days, label: t(period.label) }))}
          />
        </Flex>
      )}
    </Flex>
  );
});
