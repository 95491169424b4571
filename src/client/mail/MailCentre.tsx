/** Three panes on wide screens, two on middling ones, one at a time on narrow ones. */
import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { EditOutlined, MailOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Drawer, Empty, Grid, Splitter, type InputRef } from 'antd';
import { useNavigate } from 'react-router-dom';
import type { ThreadView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { ComposeDock } from '../compose/ComposeDock';
import { deskOf, type ComposeStart } from '../compose/desk';
import { meet } from '../compose/suggestions';
import { useMail } from '../live';
import { errorText, useT, type Translate } from '../locale';
import { ListPane, type ListFilter } from './list/ListPane';
import { mailboxLabel } from './folders/mailboxes';
import { answered, ReadingPane } from './ReadingPane';
import { ShortcutsDialog } from './keys/ShortcutsDialog';
import { Sidebar } from './folders/Sidebar';
import { useStyles } from './styles';
import { neighbour } from './list/threadPages';
import { useFillHeight } from './useFillHeight';
import { useMailboxes, type Mailboxes } from './folders/useMailboxes';
import { drafts, useOutbox, waiting } from './useOutbox';
import { useShortcuts } from './keys/useShortcuts';
import { useThread } from './useThread';
import { useThreads } from './list/useThreads';
import { listsThreads, mailPath, viewKey, type MailView } from './view';
import type { Command } from './keys/keyboard';

interface MailCentreProps {
  view: MailView;
  threadId: string | null;
}

const EVERYTHING: ListFilter = { unread: false, search: '' };

function titleOf(t: Translate, view: MailView, { mailboxes }: Mailboxes, several: boolean): string {
  if (view.kind === 'drafts') return t('Drafts');
  if (view.kind === 'outbox') return t('Outbox');
  if (view.kind === 'role')
    return view.role === 'sent' ? t(several ? 'All sent' : 'Sent') : t(several ? 'All inboxes' : 'Inbox');
  const mailbox = mailboxes.find(({ id }) => id === view.id);
  return mailbox ? mailboxLabel(t, mailbox) : t('Folder');
}

export const MailCentre = observer(function MailCentre({ view, threadId }: MailCentreProps) {
  const t = useT();
  const api = useApi();
  const styles = useStyles();
  const navigate = useNavigate();
  const { context } = useFlowEngine();
  const screens = Grid.useBreakpoint();
  const wide = Boolean(screens.xl);
  const narrow = screens.md === false;
  const live = useMail();
  const { accounts } = live.state;
  const [element, height] = useFillHeight();
  const [filters, setFilters] = useState<Record<string, ListFilter>>({});
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const [syncing, setSyncing] = useState(false);
  const searchBox = useRef<InputRef>(null);
  const mailboxes = useMailboxes();
  const outbox = useOutbox();
  const key = viewKey(view);
  const filter = filters[key] ?? EVERYTHING;
  const threads = useThreads({ view: listsThreads(view) ? view : null, ...filter }, threadId);
  const thread = useThread(threadId);
  const title = titleOf(t, view, mailboxes, accounts.length > 1);
  const shown = useMemo(() => {
    const mailbox = view.kind === 'mailbox' && mailboxes.mailboxes.find(({ id }) => id === view.id);
    return mailbox ? accounts.filter(({ id }) => id === mailbox.accountId) : [...accounts];
  }, [accounts, mailboxes.mailboxes, view]);

  const compose = useCallback((start: ComposeStart) => deskOf(context.app).open(start), [context]);
  const open = useCallback(
    (next: ThreadView) => navigate(mailPath(view, next.id), { replace: threadId !== null }),
    [navigate, threadId, view],
  );
  const back = useCallback(() => navigate(mailPath(view)), [navigate, view]);
  const choose = useCallback(
    (next: MailView) => {
      setMenu(false);
      navigate(mailPath(next));
    },
    [navigate],
  );

  useEffect(() => {
    const people = threads.rows?.threads.flatMap(({ participants }) => participants) ?? [];
    if (people.length > 0) meet(context.app, people);
  }, [context, threads.rows]);

  const sync = async () => {
    setSyncing(true);
    const due = shown.filter(({ storedState }) => storedState === 'active');
    const answers = await Promise.allSettled(due.map(({ id }) => api.accounts.sync(id)));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (failed) context.message.error(errorText(t, errorView(failed.reason)).sentence);
    await live.refresh();
    threads.reload();
    mailboxes.reload();
    setSyncing(false);
  };

  const answer = (kind: 'reply' | 'replyAll' | 'forward') => {
    const message = thread.detail && answered(thread.detail);
    if (message) compose({ kind: 'answer', messageId: message.id, answer: kind });
    return Boolean(message);
  };
  const flag = (change: { flagged: boolean } | { seen: false }) => {
    const last = thread.detail?.messages.at(-1);
    if (!thread.detail || !last) return false;
    const ids = 'flagged' in change && !change.flagged ? thread.detail.messages.map(({ id }) => id) : [last.id];
    threads.patch(thread.detail.id, 'flagged' in change ? change : { unreadCount: 1 });
    thread.setFlags(ids, change).catch((thrown: unknown) => {
      context.message.error(errorText(t, errorView(thrown)).sentence);
      threads.reload();
    });
    return true;
  };
  const move = (step: 1 | -1) => {
    const next = neighbour(threads.rows?.threads ?? [], threadId, step);
    if (next && listsThreads(view)) open(next);
    return true;
  };
  const run = (command: Command): boolean => {
    if (help && command !== 'escape') return false;
    switch (command) {
      case 'next':
        return move(1);
      case 'previous':
        return move(-1);
      case 'open':
        return threadId ? false : move(1);
      case 'back':
        if (threadId) back();
        return true;
      case 'compose':
        compose({ kind: 'new' });
        return true;
      case 'reply':
      case 'replyAll':
      case 'forward':
        return answer(command);
      case 'star':
        return flag({ flagged: !thread.detail?.messages.some(({ flagged }) => flagged) });
      case 'unread':
        if (!flag({ seen: false })) return false;
        back();
        return true;
      case 'search':
        searchBox.current?.focus({ cursor: 'all' });
        return true;
      case 'help':
        setHelp(true);
        return true;
      case 'escape':
        if (menu) setMenu(false);
        else if (threadId) back();
        return true;
    }
  };
  useShortcuts(run);

  const sidebar = (
    <Sidebar
      view={view}
      mailboxes={mailboxes}
      waiting={waiting(outbox.rows ?? [])}
      drafts={drafts(outbox.rows ?? []).length}
      onChoose={choose}
      onCompose={() => {
        setMenu(false);
        compose({ kind: 'new' });
      }}
    />
  );
  const list = (
    <ListPane
      view={view}
      title={title}
      accounts={shown}
      filter={filter}
      onFilter={(next) => setFilters((before) => ({ ...before, [key]: next }))}
      threads={threads}
      outbox={outbox}
      openId={threadId}
      onOpen={open}
      onCompose={compose}
      onSync={() => void sync()}
      syncing={syncing || shown.some(({ state }) => state === 'syncing')}
      onMenu={wide ? undefined : () => setMenu(true)}
      onHelp={() => setHelp(true)}
      searchBox={searchBox}
    />
  );
  const reading = threadId ? (
    <ReadingPane
      threadId={threadId}
      thread={thread}
      onBack={narrow ? back : undefined}
      onCompose={compose}
      onChanged={threads.patch}
      onLeftUnread={back}
    />
  ) : (
    <div className={`${styles.pane} ${styles.centre}`}>
      <Empty
        image={<MailOutlined style={{ fontSize: 48, opacity: 0.35 }} />}
        styles={{ image: { height: 60 } }}
        description={t('Choose a conversation to read it here')}
      >
        <Button icon={<EditOutlined />} onClick={() => compose({ kind: 'new' })}>
          {t('New message')}
        </Button>
      </Empty>
    </div>
  );

  return (
    <div ref={element} style={{ height, overflow: 'hidden' }} data-mail-centre>
      {narrow ? (
        threadId ? (
          reading
        ) : (
          list
        )
      ) : (
        <Splitter key={wide ? 'three' : 'two'} style={{ height: '100%' }}>
          {wide && (
            <Splitter.Panel defaultSize={232} min={180} max={360} collapsible>
              {sidebar}
            </Splitter.Panel>
          )}
          <Splitter.Panel defaultSize={wide ? 400 : 340} min={280} max="60%">
            {list}
          </Splitter.Panel>
          <Splitter.Panel min={320}>{reading}</Splitter.Panel>
        </Splitter>
      )}
      {!wide && (
        <Drawer
          open={menu}
          onClose={() => setMenu(false)}
          placement="left"
          width="min(300px, 86vw)"
          title={t('Mail')}
          styles={{ body: { padding: 0 } }}
        >
          {sidebar}
        </Drawer>
      )}
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
      <ComposeDock narrow={narrow} />
    </div>
  );
});
