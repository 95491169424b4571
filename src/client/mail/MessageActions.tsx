/** What can be done with one message. */
import React from 'react';
import {
  DownloadOutlined,
  EllipsisOutlined,
  FlagFilled,
  FlagOutlined,
  ForwardOutlined,
  RollbackOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Tooltip, theme } from 'antd';
import type { MessageView } from '../../shared/types';
import { errorView, useApi } from '../api';
import type { AnswerKind } from '../compose/desk';
import { errorText, useT } from '../locale';
import { MenuButton } from '../MenuButton';
import { actionItems } from './changes/ActionButtons';
import { actionsIn, type Action } from './changes/place';

interface MessageActionsProps {
  message: MessageView;
  onAnswer: (kind: AnswerKind) => void;
  /** Absent where nothing may be changed. */
  onAct?: (action: Action) => void;
}

export function MessageActions({ message, onAnswer, onAct }: MessageActionsProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { seen, flagged } = message;
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
  // Its own mailbox decides: a conversation lies in several.
  const offered = actionsIn(message.mailboxRole).filter(
    (action) => ![seen ? 'read' : 'unread', 'flag', 'unflag'].includes(action),
  );
  const items = [
    { key: 'reply', icon: <RollbackOutlined />, label: t('Reply'), onClick: () => onAnswer('reply') },
    { key: 'replyAll', icon: <TeamOutlined />, label: t('Reply all'), onClick: () => onAnswer('replyAll') },
    { key: 'forward', icon: <ForwardOutlined />, label: t('Forward'), onClick: () => onAnswer('forward') },
    { type: 'divider' as const },
    // The keys mean the whole conversation.
    ...(onAct ? [...actionItems(t, offered, onAct, false), { type: 'divider' as const }] : []),
    { key: 'source', icon: <DownloadOutlined />, label: t('Download as .eml'), onClick: () => void download() },
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
      {onAct && (
        <Tooltip title={flagged ? t('Remove flag') : t('Flag')}>
          <Button
            type="text"
            size="small"
            aria-label={flagged ? t('Remove flag') : t('Flag')}
            aria-pressed={flagged}
            icon={flagged ? <FlagFilled style={{ color: token.colorWarning }} /> : <FlagOutlined />}
            onClick={() => onAct(flagged ? 'unflag' : 'flag')}
          />
        </Tooltip>
      )}
      <MenuButton size="small" icon={<EllipsisOutlined />} label={t('More actions')} menu={{ items }} atEnd />
    </Flex>
  );
}
