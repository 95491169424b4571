/** A conversation in full: unread messages and the newest open, the others in a line each. */
import React, { useEffect, useRef, useState } from 'react';
import { ForwardOutlined, RollbackOutlined, TeamOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Empty, Flex, Skeleton, theme } from 'antd';
import type { MessageView, ThreadDetail, ThreadView } from '../../shared/types';
import { errorView } from '../api';
import type { AnswerKind, ComposeStart } from '../compose/desk';
import { ErrorNotice } from '../ErrorNotice';
import { Loading } from '../Loading';
import { errorText, useT } from '../locale';
import { othersIn } from './addresses';
import { liesIn, type Action, type Place } from './changes/place';
import { ConversationBar } from './ConversationBar';
import { useMailContext } from './MailContext';
import { MessageCard } from './MessageCard';
import { useStyles } from './styles';
import { useMarkRead } from './useMarkRead';
import type { OpenThread } from './useThread';

interface ReadingPaneProps {
  threadId: string;
  thread: OpenThread;
  /** Where the reader stands: messages that lie elsewhere say where. */
  place: Place;
  /** What is offered for the whole conversation; empty where nothing may be changed. */
  actions: readonly Action[];
  onAct: (action: Action) => void;
  onActOnMessage: (action: Action, message: MessageView) => void;
  /** The reader said "unread": reading on does not take that back. */
  keptUnread: boolean;
  /** Shown as a back button, on narrow screens. */
  onBack?: () => void;
  onCompose: (start: ComposeStart) => void;
  /** Answers that are written at its end. */
  answers?: React.ReactNode;
  /** The thread's line in the list follows what happens here. */
  onChanged?: (id: string, change: Partial<ThreadView>) => void;
}

/** Messages that are open at first. */
function openAtFirst({ messages }: ThreadDetail): Set<string> {
  const last = messages.at(-1);
  return new Set([...messages.filter(({ seen }) => !seen).map(({ id }) => id), ...(last ? [last.id] : [])]);
}

/** The message that "reply" without naming one answers: the newest that is no draft. */
export const answered = ({ messages }: ThreadDetail): MessageView | undefined =>
  [...messages].reverse().find(({ draft }) => !draft) ?? messages.at(-1);

export function ReadingPane(props: ReadingPaneProps) {
  const { threadId, thread, place, actions, keptUnread, onCompose, onChanged } = props;
  const { detail, error, reload } = thread;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { context } = useFlowEngine();
  const { own } = useMailContext();
  const [open, setOpen] = useState<{ thread: string; ids: Set<string>; known: Set<string> } | null>(null);
  const top = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!detail) return;
    setOpen((before) => {
      if (before?.thread !== detail.id)
        return { thread: detail.id, ids: openAtFirst(detail), known: new Set(detail.messages.map(({ id }) => id)) };
      // What arrives while the conversation is open is open too.
      const fresh = detail.messages.filter(({ id }) => !before.known.has(id)).map(({ id }) => id);
      const known = new Set(detail.messages.map(({ id }) => id));
      return fresh.length > 0 ? { ...before, known, ids: new Set([...before.ids, ...fresh]) } : before;
    });
  }, [detail]);

  useEffect(() => {
    top.current?.scrollTo({ top: 0 });
  }, [threadId]);

  const unread = detail?.messages.filter(({ seen }) => !seen).map(({ id }) => id) ?? [];
  useMarkRead(threadId, actions.length > 0 && !keptUnread ? unread : [], async (ids) => {
    onChanged?.(threadId, { unreadCount: 0 });
    await thread.setFlags(ids, { seen: true }).catch((thrown: unknown) => {
      onChanged?.(threadId, { unreadCount: ids.length });
      context.message.error(errorText(t, errorView(thrown)).sentence);
      throw thrown;
    });
  });

  const toggle = (id: string) =>
    setOpen((before) => {
      if (!before) return before;
      const ids = new Set(before.ids);
      if (!ids.delete(id)) ids.add(id);
      return { ...before, ids };
    });
  const answer = (message: MessageView, kind: AnswerKind) =>
    onCompose({ kind: 'answer', messageId: message.id, answer: kind });
  const target = detail ? answered(detail) : undefined;

  return (
    <section className={styles.pane} aria-label={t('Conversation')} style={{ background: token.colorBgLayout }}>
      <ConversationBar detail={detail} actions={actions} onAct={props.onAct} onBack={props.onBack} />
      <div className={styles.scroll} ref={top} style={{ padding: token.paddingSM }}>
        {error && detail === null && (
          <div style={{ padding: token.padding }}>
            {error.code === 'notFound' ? (
              <Empty
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description={t('This conversation is gone. It was probably deleted in Outlook.')}
              />
            ) : (
              <ErrorNotice view={error} onRetry={reload} />
            )}
          </div>
        )}
        {!detail && !error && <LoadingConversation />}
        {detail && open?.thread === detail.id && (
          <Flex vertical gap="small">
            {detail.messages.map((message) => (
              <MessageCard
                key={message.id}
                message={message}
                open={open.ids.has(message.id)}
                onToggle={() => toggle(message.id)}
                onAnswer={(kind) => answer(message, kind)}
                onAct={actions.length > 0 ? (action) => props.onActOnMessage(action, message) : undefined}
                elsewhere={!liesIn(place, message) || (place.kind === 'everywhere' && message.mailboxRole !== 'inbox')}
                onWrite={(start) => onCompose({ kind: 'new', ...start })}
              />
            ))}
            {props.answers}
            {target && !props.answers && (
              <Flex wrap gap="small" style={{ padding: `${token.paddingXS}px 0 ${token.paddingLG}px` }}>
                <Button icon={<RollbackOutlined />} onClick={() => answer(target, 'reply')}>
                  {t('Reply')}
                </Button>
                {othersIn(target, own).length > 1 && (
                  <Button icon={<TeamOutlined />} onClick={() => answer(target, 'replyAll')}>
                    {t('Reply all')}
                  </Button>
                )}
                <Button icon={<ForwardOutlined />} onClick={() => answer(target, 'forward')}>
                  {t('Forward')}
                </Button>
              </Flex>
            )}
          </Flex>
        )}
      </div>
    </section>
  );
}

function LoadingConversation() {
  const { token } = theme.useToken();
  const styles = useStyles();
  return (
    <Loading className={styles.card} style={{ padding: token.padding }}>
      <Skeleton active avatar paragraph={{ rows: 6 }} />
    </Loading>
  );
}
