/** Sends a mail: what blocks is said, what is odd is asked, and nothing leaves before everything is saved. */
import React, { useRef, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useT } from '../locale';
import { htmlToText } from './content';
import { inputOf } from './draft';
import { outsiders, sendGuards, type Guard } from './guards';
import type { Draft } from './useDraft';
import type { Uploads } from './useUploads';

const WORDS: Record<Guard['code'], string> = {
  noAccount: 'Choose the account to send from.',
  sendBlocked: 'Nothing can be sent from this account now.',
  noRecipients: 'Add at least one recipient.',
  wrongRecipients: 'These are not mail addresses: {{addresses}}',
  noSubject: 'It has no subject.',
  manyVisible: '{{number}} people will see each other’s addresses.',
  noReply: '{{address}} takes no answers.',
  strangers: 'You write to these people for the first time: {{addresses}}',
  noAttachment: 'You wrote of an attachment, but there is none.',
  unfilled: 'These variables have no value: {{names}}',
};

export interface Sender {
  /** @param at when it leaves; without it, after the time to undo */
  send: (at?: Date) => Promise<void>;
  sending: boolean;
  error: ErrorView | null;
}

interface SendFacts {
  draft: Draft;
  uploads: Uploads;
  canSend: boolean;
  /** The address it is sent from. */
  from: string;
  onSent: (row: OutboxView, at?: Date) => void;
}

export function useSend({ draft, uploads, canSend, from, onSent }: SendFacts): Sender {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const checking = useRef(false);

  const submit = async (at?: Date) => {
    setSending(true);
    setError(null);
    try {
      const { id } = await draft.flush();
      onSent(at ? await api.outbox.schedule(id, at.toISOString()) : await api.outbox.send(id), at);
    } catch (thrown) {
      setError(errorView(thrown));
      setSending(false);
    }
  };

  /** A question less when nobody can tell: it must not keep a mail from leaving. */
  const strangersOf = async (addresses: string[]): Promise<string[]> => {
    if (addresses.length === 0) return [];
    return api.people.strangers(addresses).then(
      ({ strangers }) => strangers,
      () => [],
    );
  };

  const ask = (guards: readonly Guard[]) =>
    new Promise<boolean>((resolve) => {
      context.modal.confirm({
        title: t('Check before it leaves'),
        content: <GuardList lines={guards.map(({ code, values }) => t(WORDS[code], values))} />,
        okText: t('Send all the same'),
        cancelText: t('Go back'),
        onOk: () => resolve(true),
        onCancel: () => resolve(false),
      });
    });

  const check = async (at?: Date) => {
    if (uploads.busy) {
      context.message.warning(t('Wait until all files are uploaded.'));
      return;
    }
    const { form } = draft;
    const ownText = form.mode === 'plain' ? form.text : htmlToText(form.rich.own);
    const mail = inputOf(form, htmlToText);
    const attachments = uploads.files.filter(({ contentId }) => contentId === null).length;
    const strangers = await strangersOf(outsiders(mail, from));
    const guards = sendGuards(mail, { canSend, attachments, ownText, strangers });
    const block = guards.find(({ kind }) => kind === 'block');
    if (block) {
      context.message.error(t(WORDS[block.code], block.values));
      return;
    }
    if (guards.length > 0 && !(await ask(guards))) return;
    await submit(at);
  };

  const send = async (at?: Date) => {
    // Pressed again while something is asked, it asks nothing more.
    if (checking.current || sending) return;
    checking.current = true;
    await check(at).finally(() => (checking.current = false));
  };

  return { send, sending, error };
}

function GuardList({ lines }: { lines: string[] }) {
  if (lines.length === 1) return <div style={{ overflowWrap: 'anywhere' }}>{lines[0]}</div>;
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18, overflowWrap: 'anywhere' }}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
