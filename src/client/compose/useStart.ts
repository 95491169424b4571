/** Gets the form of a mail that begins: empty, a kept draft, or an answer the server prepared. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutboxView } from '../../shared/types';
import { errorView, useApi, useApp } from '../api';
import { liveOf } from '../live';
import { useLoad, type Loaded } from '../load';
import { htmlToText } from './content';
import { formOf, inputOf, newForm, type ComposeForm } from './draft';
import type { ComposeStart } from './desk';
import { defaultOf, signedForm } from './signature';
import type { Unsaved } from './unsaved';
import { leftFor } from './useUnsaved';

export interface Started {
  form: ComposeForm;
  row: OutboxView | null;
  /** The row was made for this composer: closed untouched, nobody would miss it. */
  fresh?: boolean;
  /** What an earlier page could not save; the form is its. */
  left?: Unsaved;
}

export interface Starting extends Loaded<Started> {
  /** Nobody waits for it any more: no draft is made for it, and one that is just being made is removed. */
  abandon: () => void;
}

export function useStart(start: ComposeStart): Starting {
  const api = useApi();
  const app = useApp();
  // Tried again, it is the same forward.
  const [key] = useState(() => `forward-${Math.random().toString(36).slice(2)}`);
  const abandoned = useRef(false);
  const abandon = useCallback(() => void (abandoned.current = true), []);
  useEffect(() => {
    abandoned.current = false;
    return abandon;
  }, [abandon]);
  const read = useCallback(async (): Promise<Started> => {
    // A mail can be written without them.
    const signatures = () => api.signatures.list().catch(() => []);
    if (start.kind === 'draft') {
      // Lists come without bodies.
      const [row, left] = await Promise.all([api.outbox.get(start.draft.id), leftFor(app, start.draft.id)]);
      return left ? { form: left.form, row, left } : { form: formOf(row), row };
    }
    if (start.kind === 'unsaved') {
      const left = start.unsaved;
      if (!left.draft) return { form: left.form, row: null, left };
      const row = await api.outbox.get(left.draft.id).catch((thrown: unknown) => {
        if (errorView(thrown).code === 'notFound') return null;
        throw thrown;
      });
      return { form: left.form, row: row?.state === 'draft' || row?.state === 'failed' ? row : null, left };
    }
    if (start.kind === 'answer') {
      const [mail, signature] = await Promise.all([api.outbox.prepare(start.messageId, start.answer), signatures()]);
      const prepared = formOf({ ...mail, record: start.record });
      const form = { ...prepared, ...signedForm(prepared, defaultOf(signature, mail.accountId)?.html ?? '') };
      // A plain answer begins above its quote: a signature below that would be read by nobody.
      const begun = mail.html === null ? prepared : form;
      if (start.answer !== 'forward' || abandoned.current) return { form: begun, row: null };
      // The files of the original come along with the draft.
      const row = await api.outbox.saveOnce(key, inputOf(begun, htmlToText));
      // An earlier try made it, and its author found it and went on with it.
      if (row.version > 0) return { form: formOf(row), row };
      if (abandoned.current) await api.outbox.remove(row.id).catch(() => undefined);
      return { form: begun, row, fresh: true };
    }
    const { state } = liveOf(app);
    if (!state.loaded) await liveOf(app).refresh();
    const form = newForm(start, state.accounts);
    const html = defaultOf(await signatures(), form.accountId)?.html ?? '';
    return { form: { ...form, ...signedForm(form, html) }, row: null };
  }, [api, app, key, start]);
  return { ...useLoad(read), abandon };
}
