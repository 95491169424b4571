/** One conversation outside the mail centre: in a drawer that a block opens. */
import React from 'react';
import { CloseOutlined, ExportOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, theme } from 'antd';
import { openComposer } from '../compose/openComposer';
import { useT } from '../locale';
import { MailProvider } from '../mail/MailContext';
import { ReadingPane } from '../mail/ReadingPane';
import { useThread } from '../mail/useThread';
import { INBOX, mailPath } from '../mail/view';

interface ThreadViewProps {
  threadId: string;
  onClose: () => void;
}

export function ThreadView({ threadId, onClose }: ThreadViewProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const thread = useThread(threadId);
  return (
    <MailProvider>
      <Flex vertical style={{ height: '100%' }}>
        <Flex justify="space-between" style={{ padding: token.paddingXS, flex: 'none' }}>
          <Button
            type="text"
            icon={<ExportOutlined />}
            onClick={() => {
              onClose();
              context.app.router.navigate(mailPath(INBOX, threadId));
            }}
          >
            {t('Open in the mail centre')}
          </Button>
          <Button type="text" icon={<CloseOutlined />} aria-label={t('Close')} onClick={onClose} />
        </Flex>
        <div style={{ flex: 1, minHeight: 0 }}>
          <ReadingPane
            threadId={threadId}
            thread={thread}
            onCompose={(start) => openComposer(context, start)}
            onLeftUnread={onClose}
          />
        </div>
      </Flex>
    </MailProvider>
  );
}
