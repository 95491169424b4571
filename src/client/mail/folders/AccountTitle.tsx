/** The name of an account over its folders: its state where that needs a word, and what can be done with it. */
import React from 'react';
import { EllipsisOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Flex, Typography, theme } from 'antd';
import type { AccountView } from '../../../shared/types';
import { actionsOf, stateWords } from '../../accounts/words';
import { errorView, useApi } from '../../api';
import { useMail } from '../../live';
import { errorText, useT } from '../../locale';
import { MenuButton } from '../../MenuButton';
import { ToneTag } from '../../ToneTag';

/** Nothing about this account has to be said. */
export const isQuiet = ({ state }: AccountView) => state === 'upToDate' || state === 'syncing';

export const AccountTitle = observer(function AccountTitle({
  account,
  onManage,
}: {
  account: AccountView;
  onManage: () => void;
}) {
  const t = useT();
  const api = useApi();
  const live = useMail();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { tone, label } = stateWords(account.state);
  const can = actionsOf(account);
  const run = (call: (id: string) => Promise<void>) => () =>
    void call(account.id)
      .then(() => live.refresh())
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence));
  const items = [
    { key: 'folders', label: t('Manage folders…'), onClick: onManage },
    ...(can.sync ? [{ key: 'sync', label: t('Fetch mail now'), onClick: run(api.accounts.sync) }] : []),
    ...(can.pause ? [{ key: 'pause', label: t('Pause'), onClick: run(api.accounts.pause) }] : []),
    ...(can.resume ? [{ key: 'resume', label: t('Resume'), onClick: run(api.accounts.resume) }] : []),
  ];
  return (
    <Flex
      align="center"
      gap={token.marginXXS}
      style={{ padding: `0 4px 0 ${Math.max(token.paddingSM, 16)}px`, minHeight: 28 }}
    >
      <Typography.Text
        type="secondary"
        strong
        ellipsis={{ tooltip: account.address }}
        style={{ fontSize: token.fontSizeSM, flex: 1, minWidth: 72 }}
      >
        {account.displayName || account.address}
      </Typography.Text>
      {!isQuiet(account) && (
        <ToneTag
          tone={tone}
          bordered={false}
          title={t(label)}
          style={{
            ...{ marginInlineEnd: 0, fontSize: token.fontSizeSM },
            ...{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' },
          }}
        >
          {t(label)}
        </ToneTag>
      )}
      <MenuButton
        size="small"
        icon={<EllipsisOutlined />}
        label={t('More for {{address}}', { address: account.address })}
        menu={{ items }}
        atEnd
      />
    </Flex>
  );
});
