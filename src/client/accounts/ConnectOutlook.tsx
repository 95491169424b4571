/** The button with which a person connects a mailbox; disabled with the reason while nothing is configured. */
import React from 'react';
import { WindowsOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Button, Flex, Typography, type ButtonProps } from 'antd';
import { useApp } from '../api';
import { useMail } from '../live';
import { useT } from '../locale';
import { useSettingsPath } from './settingsLink';
import { useConnect } from './useConnect';

interface ConnectOutlookProps {
  type?: ButtonProps['type'];
  size?: ButtonProps['size'];
  block?: boolean;
  /** Mail is fetched back to this moment (ISO); absent: the administrator's default. */
  startDate?: string;
}

export const ConnectOutlook = observer(function ConnectOutlook({
  type = 'primary',
  size,
  block,
  startDate,
}: ConnectOutlookProps) {
  const t = useT();
  const app = useApp();
  const { state } = useMail();
  const { leaving, connect } = useConnect();
  const settingsPath = useSettingsPath();
  const provider = state.providers.find(({ configured }) => configured);
  const missing = state.loaded && !state.error && !provider;
  return (
    <Flex vertical gap="small" align={block ? 'stretch' : 'center'}>
      <Button
        type={type}
        size={size}
        block={block}
        icon={<WindowsOutlined />}
        loading={leaving}
        disabled={!provider}
        aria-describedby={missing ? 'mail-connect-reason' : undefined}
        onClick={() => provider && void connect(provider.name, { startDate })}
      >
        {leaving ? t('Going to Microsoft…') : t('Connect Outlook')}
      </Button>
      {missing && (
        <Typography.Text type="secondary" id="mail-connect-reason" style={{ textAlign: block ? 'start' : 'center' }}>
          {settingsPath ? (
            <>
              {t('Email is not set up yet.')}{' '}
              <Typography.Link onClick={() => app.router.navigate(settingsPath)}>
                {t('Open email settings')}
              </Typography.Link>
            </>
          ) : (
            t('Email is not set up yet. Ask your administrator.')
          )}
        </Typography.Text>
      )}
    </Flex>
  );
});
