/** What can be done with one message. */
import React from 'react';
import { EllipsisOutlined, FlagFilled, FlagOutlined, RollbackOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Dropdown, Flex, Tooltip, theme } from 'antd';
import type { MessageView } from '../../shared/types';
import { errorView, useApi } from '../api';
import type { AnswerKind } from '../compose/desk';
import { errorText, useT } from '../locale';
import type { FlagChange } from './useThread';

interface MessageActionsProps {
  message: MessageView;
  onAnswer: (kind: AnswerKind) => void;
  onFlags: (change: FlagChange) => void;
}

export function MessageActions({ message, onAnswer, onFlags }: MessageActionsProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const download = async () => {
    try {
      const { url } = await api.messages.source(message.id);
      const link = document.createElement('a');
      link.href = url;
      link.rel = 'noopener';
      link.download = '';
      link.click();
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    }
  };
  const items = [
    { key: 'reply', label: t('Reply'), onClick: () => onAnswer('reply') },
    { key: 'replyAll', label: t('Reply all'), onClick: () => onAnswer('replyAll') },
    { key: 'forward', label: t('Forward'), onClick: () => onAnswer('forward') },
    { type: 'divider' as const },
    {
      key: 'seen',
      label: message.seen ? t('Mark as unread') : t('Mark as read'),
      onClick: () => onFlags({ seen: !message.seen }),
    },
    { key: 'source', label: t('Download as .eml'), onClick: () => void download() },
  ];
  return (
    <Flex gap={2}>
      <Tooltip title={t('Reply')}>
        <Button
          type="text"
          size="small"
          icon={<RollbackOutlined />}
          aria-label={t('Reply')}
          onClick={() => onAnswer('reply')}
        />
      </Tooltip>
      <Tooltip title={message.flagged ? t('Remove flag') : t('Flag')}>
        <Button
          type="text"
          size="small"
          aria-label={message.flagged ? t('Remove flag') : t('Flag')}
          aria-pressed={message.flagged}
          icon={message.flagged ? <FlagFilled style={{ color: token.colorWarning }} /> : <FlagOutlined />}
          onClick={() => onFlags({ flagged: !message.flagged })}
        />
      </Tooltip>
      <Dropdown trigger={['click']} menu={{ items }} placement="bottomRight">
        <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={t('More actions')} />
      </Dropdown>
    </Flex>
  );
}
