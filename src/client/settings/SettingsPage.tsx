/** Settings → Email settings: one tab a form, so that saving one never touches the other. */
import React from 'react';
import { Card, Tabs } from 'antd';
import { useT } from '../locale';
import { MailTheme } from '../mail/MailTheme';
import { GeneralForm } from './GeneralForm';
import { ProviderSettings } from './ProviderSettings';
import { SyncLog } from './syncLog/SyncLog';

export default function SettingsPage() {
  const t = useT();
  return (
    <MailTheme>
      <Card variant="borderless" styles={{ body: { paddingBlockStart: 8 } }}>
        <Tabs
          items={[
            { key: 'microsoft', label: t('Microsoft'), children: <ProviderSettings name="microsoft" /> },
            { key: 'general', label: t('General'), children: <GeneralForm /> },
            { key: 'syncLog', label: t('Sync log'), children: <SyncLog />, destroyInactiveTabPane: true },
          ]}
        />
      </Card>
    </MailTheme>
  );
}
