/** Offers what was being written when an earlier page was closed before it could be saved. */
import React from 'react';
import { Alert, Button, Flex, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { useT } from '../locale';
import { BESIDE_HOST_BUTTON } from './dockPlace';
import type { ComposeStart } from './desk';
import { dayAndTime } from '../mail/dates';
import { useLeftBehind } from './useUnsaved';

export function LeftBehind({ onOpen }: { onOpen: (start: ComposeStart) => void }) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const { left, drop, take } = useLeftBehind();
  const [one] = left;
  if (!one) return null;
  const title = one.form.subject.trim() || t('New message');
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      message={t('“{{title}}” was not saved when it was closed, {{when}}.', {
        title,
        when: dayAndTime(one.at, language),
      })}
      description={
        <Flex gap={token.marginXXS}>
          <Button
            size="small"
            type="primary"
            onClick={() => {
              take(one);
              onOpen({ kind: 'unsaved', unsaved: one });
            }}
          >
            {t('Go on writing')}
          </Button>
          <Button size="small" type="text" onClick={() => drop(one)}>
            {t('Throw away')}
          </Button>
        </Flex>
      }
      style={{
        position: 'fixed',
        bottom: token.margin,
        insetInlineEnd: BESIDE_HOST_BUTTON,
        width: `min(460px, calc(100vw - ${BESIDE_HOST_BUTTON + token.margin}px))`,
        zIndex: token.zIndexPopupBase - 12,
        boxShadow: token.boxShadow,
      }}
    />
  );
}
