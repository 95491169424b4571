/** One refused app registration puts all its accounts out of order: said once, and who may mend it is led there. */
import React from 'react';
import { Alert, Button } from 'antd';
import { useApp } from '../api';
import { useT } from '../locale';
import { useSettingsPath } from './settingsLink';

export function ProviderBroken({ banner }: { banner?: boolean }) {
  const t = useT();
  const app = useApp();
  const settingsPath = useSettingsPath();
  return (
    <Alert
      banner={banner}
      type="error"
      showIcon
      role="alert"
      message={
        settingsPath
          ? t('Email is out of order until the connection to Microsoft is mended in the email settings.')
          : t(
              'Email is out of order until your administrator mends the connection to Microsoft. You need not do anything.',
            )
      }
      action={
        settingsPath && (
          <Button size="small" onClick={() => app.router.navigate(settingsPath)}>
            {t('Open email settings')}
          </Button>
        )
      }
    />
  );
}
