/** One conversation outside the mail centre: in a drawer that a block opens. */
import React, { useCallback, useState } from 'react';
import { CloseOutlined, ExportOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Grid, theme } from 'antd';
import type { OutboxView, RecordRef } from '../../shared/types';
import { errorView } from '../api';
import { Composer } from '../compose/Composer';
import type { ComposeStart } from '../compose/desk';
import { useAnswerFrame } from '../compose/InlineReplies';
import { openComposer } from '../compose/openComposer';
import { errorText, useT } from '../locale';
import type { Place } from '../mail/changes/place';
import { subjectOf } from '../mail/changes/useTriage';
import { UndoBar } from '../mail/changes/UndoBar';
import { useMailboxes } from '../mail/folders/useMailboxes';
import { MailProvider } from '../mail/MailContext';
import { ReadingPane } from '../mail/ReadingPane';
import { useListing } from '../mail/useListing';
import { INBOX, mailPath } from '../mail/view';

interface ThreadViewProps {
  threadId: string;
  /** The record whose page it is opened from. */
  record?: RecordRef;
  onClose: () => void;
}

/** No list around it: what is done means all the mail that was received in it. */
const PLACE: Place = { kind: 'everywhere' };

export function ThreadView({ threadId, record, onClose }: ThreadViewProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { mailboxes, reload } = useMailboxes();
  const { thread, triage, mover, changes, keptUnread } = useListing({
    ...{ ask: null, place: PLACE, listKey: threadId, mailboxes, threadId, narrow: true },
    onOpen: () => undefined,
    // It stays open, and says where its messages lie now.
    onBack: () => undefined,
    onChanged: reload,
  });
  const { detail } = thread;
  const frame = useAnswerFrame();
  const narrow = Grid.useBreakpoint().md === false;
  const [answer, setAnswer] = useState<ComposeStart | null>(null);
  const compose = useCallback(
    (asked: ComposeStart) => {
      const start = { ...asked, record };
      if (start.kind === 'answer' && !narrow) setAnswer(start);
      else openComposer(context, start);
    },
    [context, narrow, record],
  );
  const popOut = (save: () => Promise<OutboxView>) =>
    void save().then(
      (draft) => {
        setAnswer(null);
        openComposer(context, { kind: 'draft', draft, record });
      },
      (thrown: unknown) => void context.message.error(errorText(t, errorView(thrown)).sentence),
    );
  return (
    <MailProvider>
      <Flex vertical style={{ height: '100%', position: 'relative' }}>
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
            place={PLACE}
            actions={triage.actions}
            keptUnread={keptUnread === threadId}
            onAct={(action) => {
              if (!detail) return;
              mover.act(action, [subjectOf(detail)]);
              if (action === 'unread') onClose();
            }}
            onActOnMessage={(action, message) => mover.actOnMessages(action, [message])}
            onCompose={compose}
            answers={
              answer?.kind === 'answer' && (
                <div key={`${answer.messageId} ${answer.answer}`} style={frame}>
                  <Composer start={answer} layout="inline" onClose={() => setAnswer(null)} onPopOut={popOut} />
                </div>
              )
            }
          />
        </div>
        <UndoBar changes={changes} />
        {mover.picker}
      </Flex>
    </MailProvider>
  );
}
