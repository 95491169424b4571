/** Three panes on wide screens, two on middling ones, one at a time on narrow ones. */
import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { EditOutlined, MailOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Drawer, Empty, Grid, Splitter, type InputRef } from 'antd';
import { useNavigate } from 'react-router-dom';
import { ComposeDock } from '../compose/ComposeDock';
import { deskOf, type ComposeStart } from '../compose/desk';
import { InlineReplies } from '../compose/InlineReplies';
import { meet } from '../compose/suggestions';
import { useMail } from '../live';
import { useT, type Translate } from '../locale';
import { placeOf, type Action } from './changes/place';
import { subjectOf, type Subject } from './changes/useTriage';
import { UndoBar } from './changes/UndoBar';
import { mailboxLabel } from './folders/mailboxes';
import { Sidebar } from './folders/Sidebar';
import { useMailboxes, type Mailboxes } from './folders/useMailboxes';
import { ShortcutsDialog } from './keys/ShortcutsDialog';
import { useCommands } from './keys/useCommands';
import { ListPane } from './list/ListPane';
import { answered, ReadingPane } from './ReadingPane';
import { asked, EVERYTHING, filteredPlace, filterKey, type ListFilter } from './search/filter';
import { useStyles } from './styles';
import { useFetchNow } from './useFetchNow';
import { useFillHeight } from './useFillHeight';
import { useListing } from './useListing';
import { useStable } from './useStable';
import { drafts, useOutbox, waiting } from './useOutbox';
import { listsThreads, mailPath, viewKey, type MailView } from './view';

interface MailCentreProps {
  view: MailView;
  threadId: string | null;
}

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
  const searchBox = useRef<InputRef>(null);
  const folders = useMailboxes();
  const { mailboxes } = folders;
  const outbox = useOutbox();
  const key = viewKey(view);
  const filter = filters[key] ?? EVERYTHING;
  const lists = listsThreads(view);
  const title = titleOf(t, view, folders, accounts.length > 1);

  const here = useMemo(() => placeOf(view, mailboxes), [view, mailboxes]);
  const place = useMemo(
    () => filteredPlace(here, filter, (id) => mailboxes.find((mailbox) => mailbox.id === id)?.role ?? 'none'),
    [here, filter, mailboxes],
  );
  const shown = useMemo(
    () => (here.kind === 'mailbox' ? accounts.filter(({ id }) => id === here.accountId) : [...accounts]),
    [accounts, here],
  );

  const desk = deskOf(context.app);
  const compose = useCallback(
    (start: ComposeStart) => desk.open(start, start.kind === 'answer' && !narrow ? threadId : null),
    [desk, narrow, threadId],
  );
  const answering = narrow ? [] : desk.state.windows.filter((window) => threadId && window.threadId === threadId);
  const composeNew = useCallback(() => {
    setMenu(false);
    compose({ kind: 'new' });
  }, [compose]);
  const open = useStable((next: { id: string }) => navigate(mailPath(view, next.id), { replace: threadId !== null }));
  const back = useCallback(() => navigate(mailPath(view)), [navigate, view]);
  const choose = useCallback(
    (next: MailView) => {
      setMenu(false);
      navigate(mailPath(next));
    },
    [navigate],
  );
  const setFilter = useCallback((next: ListFilter) => setFilters((before) => ({ ...before, [key]: next })), [key]);

  const ask = useMemo(() => (lists ? asked(here, filter) : null), [lists, here, filter]);
  const listing = useListing({
    ...{ ask, place, mailboxes, threadId, narrow },
    listKey: `${key} ${filterKey(filter)}`,
    onOpen: open,
    onBack: back,
    onChanged: folders.reload,
  });
  const { threads, thread, ticks, mover, changes } = listing;
  const reloadAll = useCallback(() => {
    void threads.reload();
    folders.reload();
  }, [threads, folders]);
  const fetchNow = useFetchNow(shown, reloadAll);

  useEffect(() => {
    const people = threads.rows?.threads.flatMap(({ participants }) => participants) ?? [];
    if (people.length > 0) meet(context.app, people);
  }, [context, threads.rows]);

  const opened = thread.detail && subjectOf(thread.detail);
  const act = useStable((action: Action, subjects: readonly Subject[]) => {
    mover.act(action, subjects);
    if (action === 'unread' && threadId !== null && !ticks.any && subjects[0]?.id === threadId) back();
  });
  useCommands({
    ...{ openId: threadId, cursorId: listing.cursorId, ticks, triage: listing.triage, opened },
    threads: lists ? (threads.rows?.threads ?? []) : [],
    onCursor: listing.setCursor,
    opensAlong: !narrow || threadId !== null,
    onAct: act,
    onOpen: open,
    onBack: back,
    onCompose: composeNew,
    onAnswer: (kind) => {
      const message = thread.detail && answered(thread.detail);
      if (message) compose({ kind: 'answer', messageId: message.id, answer: kind });
      return Boolean(message);
    },
    onSearch: () => searchBox.current?.focus({ cursor: 'all' }),
    onHelp: () => setHelp(true),
    onUndo: changes.undo,
    onEscape: () => {
      if (ticks.any) ticks.clear();
      else if (threadId) back();
    },
  });

  const sidebar = (
    <Sidebar
      view={view}
      folders={folders}
      waiting={waiting(outbox.rows ?? [])}
      drafts={drafts(outbox.rows ?? []).length}
      onChoose={choose}
      onCompose={composeNew}
    />
  );
  const list = (
    <ListPane
      view={view}
      title={title}
      shown={shown}
      accounts={accounts}
      mailboxes={mailboxes}
      filter={filter}
      onFilter={setFilter}
      listing={listing}
      outbox={outbox}
      openId={threadId}
      onOpen={open}
      onOpenById={open}
      onAct={act}
      onCompose={compose}
      fetchNow={fetchNow}
      onMenu={wide ? undefined : () => setMenu(true)}
      onHelp={() => setHelp(true)}
      searchBox={searchBox}
    />
  );
  const conversation = threadId && (
    <ReadingPane
      threadId={threadId}
      thread={thread}
      place={place}
      actions={listing.triage.actions}
      keptUnread={listing.keptUnread === threadId}
      onAct={(action) => opened && act(action, [opened])}
      onActOnMessage={(action, message) => mover.actOnMessages(action, [message])}
      onBack={narrow || !lists ? back : undefined}
      onCompose={compose}
      answers={answering.length > 0 && <InlineReplies windows={answering} />}
      onChanged={threads.patch}
    />
  );
  const invitation = (
    <div className={`${styles.pane} ${styles.centre}`}>
      <Empty
        image={<MailOutlined style={{ fontSize: 48, opacity: 0.35 }} />}
        styles={{ image: { height: 60 } }}
        description={t('Choose a conversation to read it here')}
      >
        <Button icon={<EditOutlined />} onClick={composeNew}>
          {t('New message')}
        </Button>
      </Empty>
    </div>
  );

  // Drafts and outgoing mail open in a window of their own: a pane beside them would have nothing to show.
  const reading = conversation || (lists && invitation);
  const listAndReading = (
    <Splitter style={{ height: '100%' }}>
      <Splitter.Panel defaultSize={wide ? 420 : 360} min={300} max="55%">
        {list}
      </Splitter.Panel>
      {reading && <Splitter.Panel min={400}>{reading}</Splitter.Panel>}
    </Splitter>
  );

  return (
    <div ref={element} style={{ height, overflow: 'hidden', position: 'relative' }} data-mail-centre>
      {narrow && (conversation || list)}
      {!narrow && !wide && listAndReading}
      {wide && (
        // The folders keep their width while the reading pane comes and goes: so it is no third panel beside them.
        <Splitter style={{ height: '100%' }}>
          <Splitter.Panel defaultSize={240} min={190} max={380} collapsible>
            {sidebar}
          </Splitter.Panel>
          <Splitter.Panel min={880}>{listAndReading}</Splitter.Panel>
        </Splitter>
      )}
      {!wide && (
        <Drawer
          open={menu}
          onClose={() => setMenu(false)}
          placement="left"
          width="min(300px, 86vw)"
          title={t('Mail')}
          aria-label={t('Mailboxes')}
          styles={{ body: { padding: 0 } }}
        >
          {sidebar}
        </Drawer>
      )}
      <UndoBar changes={changes} />
      {mover.picker}
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
      <ComposeDock narrow={narrow} threadId={threadId} />
    </div>
  );
});
