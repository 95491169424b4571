/** Sends a mail: what blocks is said, what is odd is asked, and nothing leaves before everything is saved. */
import { useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useT } from '../locale';
import { htmlToText } from './content';
import { inputOf } from './draft';
import { sendGuards, type Guard } from './guards';
import type { Draft } from './useDraft';
import type { Uploads } from './useUploads';

const WORDS: Record<Guard['code'], string> = {
  noAccount: 'Choose the account to send from.',
  sendBlocked: 'This account can read, but not send.',
  noRecipients: 'Add at least one recipient.',
  wrongRecipients: 'These are not mail addresses: {{addresses}}',
  noSubject: 'Send without a subject?',
  noAttachment: 'You wrote of an attachment, but there is none. Send all the same?',
};

export interface Sender {
  send: () => Promise<void>;
  sending: boolean;
  error: ErrorView | null;
}

interface SendFacts {
  draft: Draft;
  uploads: Uploads;
  canSend: boolean;
  onSent: (row: OutboxView) => void;
}

export function useSend({ draft, uploads, canSend, onSent }: SendFacts): Sender {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);

  const submit = async () => {
    setSending(true);
    setError(null);
    try {
      const { id } = await draft.flush();
      onSent(await api.outbox.send(id));
    } catch (thrown) {
      setError(errorView(thrown));
      setSending(false);
    }
  };

  const ask = (guard: Guard) =>
    new Promise<boolean>((resolve) => {
      context.modal.confirm({
        title: t(WORDS[guard.code], guard.values),
        okText: t('Send all the same'),
        cancelText: t('Go back'),
        onOk: () => resolve(true),
        onCancel: () => resolve(false),
      });
    });

  const send = async () => {
    if (sending) return;
    if (uploads.busy) {
      context.message.warning(t('Wait until all files are uploaded.'));
      return;
    }
    const { form } = draft;
    const ownText = form.mode === 'plain' ? form.text : htmlToText(form.rich.own);
    const facts = { canSend, attachments: uploads.files.length, ownText };
    const guards = sendGuards(inputOf(form, htmlToText), facts);
    const block = guards.find(({ kind }) => kind === 'block');
    if (block) {
      context.message.error(t(WORDS[block.code], block.values));
      return;
    }
    for (const guard of guards) {
      if (!(await ask(guard))) return;
    }
    await submit();
  };

  return { send, sending, error };
}
