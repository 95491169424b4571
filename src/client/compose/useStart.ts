/** Gets the form of a mail that begins: empty, a kept draft, or an answer the server prepared. */
import { useCallback } from 'react';
import type { OutboxView } from '../../shared/types';
import { useApi } from '../api';
import { liveOf } from '../live';
import { useFlowEngine } from '@nocobase/flow-engine';
import { useLoad, type Loaded } from '../load';
import { formOf, newForm, type ComposeForm } from './draft';
import type { ComposeStart } from './desk';

export interface Started {
  form: ComposeForm;
  row: OutboxView | null;
}

export function useStart(start: ComposeStart): Loaded<Started> {
  const api = useApi();
  const { app } = useFlowEngine().context;
  const read = useCallback(async (): Promise<Started> => {
    if (start.kind === 'draft') {
      // Lists come without bodies.
      const row = await api.outbox.get(start.draft.id);
      return { form: formOf(row), row };
    }
    if (start.kind === 'answer') {
      const mail = await api.outbox.prepare(start.messageId, start.answer);
      return { form: formOf(mail), row: null };
    }
    const { state } = liveOf(app);
    if (!state.loaded) await liveOf(app).refresh();
    return { form: newForm(start, state.accounts), row: null };
  }, [api, app, start]);
  return useLoad(read);
}
