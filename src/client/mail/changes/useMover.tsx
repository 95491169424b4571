/** Sorting with "Move to…": asks for the folder first, where an action needs one. */
import React, { useCallback, useMemo, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { MailboxView, MessageView } from '../../../shared/types';
import { useT } from '../../locale';
import { useLast } from '../../useLast';
import { FolderPicker } from '../folders/FolderPicker';
import type { Action, Place } from './place';
import type { Subject, Triage } from './useTriage';

type Moving = { threads: readonly Subject[] } | { messages: readonly MessageView[] };

export interface Mover {
  act: (action: Action, threads: readonly Subject[]) => void;
  actOnMessages: (action: Action, messages: readonly MessageView[]) => void;
  /** The dialog, to be rendered. */
  picker: React.ReactElement;
}

/** @param place where the reader stands: nothing is moved to where it lies */
export function useMover(triage: Triage, mailboxes: readonly MailboxView[], place: Place): Mover {
  const t = useT();
  const { context } = useFlowEngine();
  const [moving, setMoving] = useState<Moving | null>(null);
  const close = useCallback(() => setMoving(null), []);

  const act = useCallback(
    (action: Action, threads: readonly Subject[]) => {
      if (action !== 'move') triage.act(action, threads);
      else if (new Set(threads.map(({ accountId }) => accountId)).size > 1)
        context.message.info(t('Mail of several accounts cannot be moved to one folder. Choose one account.'));
      else setMoving({ threads });
    },
    [context, t, triage],
  );
  const actOnMessages = useCallback(
    (action: Action, messages: readonly MessageView[]) =>
      action === 'move' ? setMoving({ messages }) : triage.actOnMessages(action, messages),
    [triage],
  );

  const shown = useLast(moving);
  const [first] = shown ? ('threads' in shown ? shown.threads : shown.messages) : [];
  const number = shown && 'threads' in shown ? shown.threads.length : 1;
  const isHere = ({ id, role }: MailboxView) =>
    place.kind === 'mailbox' ? id === place.mailboxId : place.kind === 'role' && role === place.role;
  const picker = (
    <FolderPicker
      open={moving !== null}
      title={number > 1 ? t('Move {{number}} conversations to', { number }) : t('Move to')}
      mailboxes={first ? mailboxes.filter((mailbox) => mailbox.accountId === first.accountId && !isHere(mailbox)) : []}
      onClose={close}
      onChoose={(mailboxId) => {
        close();
        if (!moving) return;
        if ('threads' in moving) triage.act('move', moving.threads, mailboxId);
        else triage.actOnMessages('move', moving.messages, mailboxId);
      }}
    />
  );
  return useMemo(
    () => ({ act, actOnMessages, picker }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `picker` follows from the rest
    [act, actOnMessages, moving, mailboxes, place],
  );
}
