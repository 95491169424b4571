/** A quiet line: there is a draft already that may be meant. */
import React from 'react';
import { CloseOutlined } from '@ant-design/icons';
import { Button, Flex, Typography, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { useT } from '../locale';
import { personName } from '../mail/addresses';
import { messageDate } from '../mail/dates';
import type { OutboxView } from '../../shared/types';
import type { Offered } from './useOffer';

export function OfferLine({ offered, onOpen }: { offered: Offered; onOpen: (draft: OutboxView) => void }) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const { offer, refuse } = offered;
  if (!offer) return null;
  const { draft, person } = offer;
  const when = messageDate(draft.updatedAt, new Date(), language);
  const subject = draft.subject.trim();
  return (
    <Flex
      role="status"
      align="center"
      gap={token.marginXXS}
      style={{
        flex: 'none',
        padding: `2px ${token.paddingXS}px 2px ${token.padding}px`,
        background: token.colorFillQuaternary,
        borderBottom: `1px solid ${token.colorBorderSecondary}`,
      }}
    >
      <Typography.Text type="secondary" ellipsis={{ tooltip: subject || false }} style={{ minWidth: 0 }}>
        {person
          ? t('You have a draft to {{name}} from {{when}}', { name: personName(person), when })
          : t('You have an unfinished answer to this message from {{when}}', { when })}
      </Typography.Text>
      <Button type="link" size="small" onClick={() => onOpen(draft)} style={{ flex: 'none' }}>
        {t('Open it')}
      </Button>
      <span style={{ flex: 1 }} />
      <Button
        type="text"
        size="small"
        icon={<CloseOutlined style={{ fontSize: token.fontSizeSM }} />}
        aria-label={t('Do not offer it')}
        onClick={refuse}
      />
    </Flex>
  );
}
