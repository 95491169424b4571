/** A conversation in full: unread messages and the newest open, the others in a line each. */
import React, { useCallback, useEffect, useRef, useState } from 'react';
import { ArrowLeftOutlined, ForwardOutlined, MailOutlined, RollbackOutlined, TeamOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Empty, Flex, Skeleton, Tooltip, Typography, theme } from 'antd';
import type { MessageView, ThreadDetail, ThreadView } from '../../shared/types';
import { errorView } from '../api';
import type { AnswerKind, ComposeStart } from '../compose/desk';
import { ErrorNotice } from '../ErrorNotice';
import { errorText, useT } from '../locale';
import { parseAddress } from './addresses';
import { MessageCard } from './MessageCard';
import { useStyles } from './styles';
import type { FlagChange, OpenThread } from './useThread';

/** A message counts as read after it was on the screen this long. */
const READ_AFTER = 1200;

interface ReadingPaneProps {
  threadId: string;
  thread: OpenThread;
  /** Shown as a back button, on narrow screens. */
  onBack?: () => void;
  onCompose: (start: ComposeStart) => void;
  /** The thread's line in the list follows what happens here. */
  onChanged?: (id: string, change: Partial<ThreadView>) => void;
  /** Told once the reader marked everything unread, so that the list may come back. */
  onLeftUnread?: () => void;
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
  const { threadId, thread, onBack, onCompose, onChanged, onLeftUnread } = props;
  const { detail, error, reload } = thread;
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { context } = useFlowEngine();
  const [open, setOpen] = useState<{ thread: string; ids: Set<string> } | null>(null);
  /** The reader said "unread": reading it on does not take that back. */
  const keptUnread = useRef<string | null>(null);
  const top = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!detail) return;
    setOpen((before) => {
      if (before?.thread !== detail.id) return { thread: detail.id, ids: openAtFirst(detail) };
      // What arrives while the conversation is open is open too.
      const fresh = detail.messages.filter(({ id, seen }) => !seen && !before.ids.has(id)).map(({ id }) => id);
      return fresh.length > 0 ? { ...before, ids: new Set([...before.ids, ...fresh]) } : before;
    });
  }, [detail]);

  useEffect(() => {
    keptUnread.current = null;
    top.current?.scrollTo({ top: 0 });
  }, [threadId]);

  const setFlags = useCallback(
    (ids: string[], change: FlagChange) => {
      if (!detail || ids.length === 0) return;
      const after = detail.messages.map((message) => (ids.includes(message.id) ? { ...message, ...change } : message));
      onChanged?.(detail.id, {
        unreadCount: after.filter(({ seen }) => !seen).length,
        flagged: after.some(({ flagged }) => flagged),
      });
      thread.setFlags(ids, change).catch((thrown: unknown) => {
        onChanged?.(detail.id, {
          unreadCount: detail.messages.filter(({ seen }) => !seen).length,
          flagged: detail.messages.some(({ flagged }) => flagged),
        });
        context.message.error(errorText(t, errorView(thrown)).sentence);
      });
    },
    [context, detail, onChanged, t, thread],
  );

  const unread = detail?.messages.filter(({ seen }) => !seen).map(({ id }) => id) ?? [];
  const unreadKey = unread.join(' ');
  useEffect(() => {
    if (!unreadKey || keptUnread.current === threadId) return;
    const timer = setTimeout(() => setFlags(unreadKey.split(' '), { seen: true }), READ_AFTER);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new `setFlags` must not start the clock again
  }, [unreadKey, threadId]);

  const markUnread = (ids: string[]) => {
    keptUnread.current = threadId;
    setFlags(ids, { seen: false });
  };
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
      <div className={styles.bar} style={{ background: token.colorBgContainer }}>
        {onBack && (
          <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t('Back to the list')} onClick={onBack} />
        )}
        <Typography.Title
          level={5}
          ellipsis={{ tooltip: detail?.subject }}
          style={{ margin: 0, flex: 1, minWidth: 0 }}
          dir="auto"
        >
          {detail ? detail.subject.trim() || t('(no subject)') : ' '}
        </Typography.Title>
        {detail && (
          <Tooltip title={t('Mark as unread')}>
            <Button
              type="text"
              icon={<MailOutlined />}
              aria-label={t('Mark as unread')}
              onClick={() => {
                const last = detail.messages.at(-1);
                if (last) markUnread([last.id]);
                onLeftUnread?.();
              }}
            />
          </Tooltip>
        )}
      </div>
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
                onFlags={(change) =>
                  change.seen === false ? markUnread([message.id]) : setFlags([message.id], change)
                }
                onWrite={(address) => onCompose({ kind: 'new', to: [parseAddress(address)] })}
              />
            ))}
            {target && (
              <Flex wrap gap="small" style={{ padding: `${token.paddingXS}px 0 ${token.paddingLG}px` }}>
                <Button icon={<RollbackOutlined />} onClick={() => answer(target, 'reply')}>
                  {t('Reply')}
                </Button>
                {target.to.length + target.cc.length > 1 && (
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
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  return (
    <div className={styles.card} role="status" aria-label={t('Loading…')} style={{ padding: token.padding }}>
      <Skeleton active avatar paragraph={{ rows: 6 }} />
    </div>
  );
}
