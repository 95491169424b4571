/** Shares a template with everybody, or no longer: for those who may open the email settings; the others see how it stands. */
import React, { useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Flex, Switch, Tag, Tooltip, Typography, theme } from 'antd';
import type { TemplateView } from '../../shared/types';
import { useSettingsPath } from '../accounts/settingsLink';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';

interface ShareSwitchProps {
  template: TemplateView;
  onChanged: (template: TemplateView) => void;
}

export function ShareSwitch({ template, onChanged }: ShareSwitchProps) {
  const { shared, own, name } = template;
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const mayShare = useSettingsPath() !== null && own;
  const [wanted, setWanted] = useState<boolean | null>(null);
  if (!mayShare) {
    if (!shared) return null;
    const hint = own ? t('Everybody may use it. An administrator can end that.') : t('Shared by an administrator');
    return (
      <Tooltip title={hint}>
        <Tag style={{ marginInlineEnd: 0 }}>{t('Shared')}</Tag>
      </Tooltip>
    );
  }
  const share = async (to: boolean) => {
    setWanted(to);
    try {
      onChanged(await api.templates.share(template.id, to));
      context.message.success(
        to ? t('Everybody may use “{{name}}” now.', { name }) : t('“{{name}}” is yours alone again.', { name }),
      );
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    } finally {
      setWanted(null);
    }
  };
  return (
    <Tooltip title={shared ? t('Everybody may use it, only you can change it.') : t('Only you see it.')}>
      <Flex component="label" align="center" gap={token.marginXXS} style={{ cursor: 'pointer' }}>
        <Switch
          size="small"
          checked={wanted ?? shared}
          loading={wanted !== null}
          aria-label={t('Share “{{name}}” with everybody', { name })}
          onChange={(to) => void share(to)}
        />
        <Typography.Text type={shared ? undefined : 'secondary'} style={{ fontSize: token.fontSizeSM }}>
          {t('Shared')}
        </Typography.Text>
      </Flex>
    </Tooltip>
  );
}
