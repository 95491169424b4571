/** Keeps a mail that is being written on the server: saved soon after a change, one save at a time, and truthful about it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { htmlToText } from './content';
import { inputOf, isEmptyForm, sameForm, type ComposeForm } from './draft';

/** A pause in typing after which the draft is saved. */
const PAUSE = 1500;

export type SaveState = 'unchanged' | 'changed' | 'saving' | 'saved' | 'failed';

export interface Draft {
  form: ComposeForm;
  change: (change: Partial<ComposeForm>) => void;
  /** The row on the server; null before the first save. */
  row: OutboxView | null;
  saving: { state: SaveState; at: string | null; error: ErrorView | null };
  /** Saves what is unsaved and gives the row; makes one even for an empty form. Throws ApiError. */
  flush: () => Promise<OutboxView>;
  /** Replaces the row after an upload or the like. */
  adopt: (row: OutboxView) => void;
  /** The row no longer exists, or is no longer a draft: nothing more is saved. */
  release: () => void;
}

export function useDraft(initial: ComposeForm, existing: OutboxView | null): Draft {
  const api = useApi();
  const [form, setForm] = useState(initial);
  const [row, setRow] = useState(existing);
  const [saving, setSaving] = useState<Draft['saving']>({
    state: existing ? 'saved' : 'unchanged',
    at: existing?.updatedAt ?? null,
    error: null,
  });
  const now = useRef({ form: initial, row: existing, saved: initial, released: false });
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const adopt = useCallback((next: OutboxView) => {
    now.current.row = next;
    setRow(next);
  }, []);

  const flush = useCallback((): Promise<OutboxView> => {
    clearTimeout(timer.current);
    const save = async (): Promise<OutboxView> => {
      const { form: mine, row: known, saved } = now.current;
      if (known && sameForm(mine, saved)) return known;
      setSaving((before) => ({ ...before, state: 'saving', error: null }));
      try {
        const next = await api.outbox.save(inputOf(mine, htmlToText), known?.id);
        now.current.saved = mine;
        adopt(next);
        const unsaved = !sameForm(now.current.form, mine);
        setSaving({ state: unsaved ? 'changed' : 'saved', at: next.updatedAt, error: null });
        return next;
      } catch (thrown) {
        setSaving((before) => ({ ...before, state: 'failed', error: errorView(thrown) }));
        throw thrown;
      }
    };
    const turn = running.current.then(save, save);
    running.current = turn.catch(() => undefined);
    return turn;
  }, [api, adopt]);

  const change = useCallback(
    (part: Partial<ComposeForm>) => {
      const next = { ...now.current.form, ...part };
      if (sameForm(next, now.current.form)) return;
      now.current.form = next;
      setForm(next);
      clearTimeout(timer.current);
      if (now.current.released || (!now.current.row && isEmptyForm(next))) return;
      setSaving((before) => ({ ...before, state: 'changed' }));
      timer.current = setTimeout(() => void flush().catch(() => undefined), PAUSE);
    },
    [flush],
  );

  const release = useCallback(() => {
    now.current.released = true;
    clearTimeout(timer.current);
  }, []);

  // Closing the tab in the middle of a sentence: the browser asks, and meanwhile it is saved.
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      const { form: mine, row: known, saved, released } = now.current;
      if (released || sameForm(mine, saved) || (!known && isEmptyForm(mine))) return;
      event.preventDefault();
      void flush().catch(() => undefined);
    };
    window.addEventListener('beforeunload', leaving);
    return () => window.removeEventListener('beforeunload', leaving);
  }, [flush]);

  // Leaving the page in the middle of a sentence keeps the sentence.
  useEffect(() => {
    const state = now.current;
    return () => {
      clearTimeout(timer.current);
      const unsaved = !sameForm(state.form, state.saved);
      if (!state.released && unsaved && (state.row || !isEmptyForm(state.form))) void flush().catch(() => undefined);
    };
  }, [flush]);

  return { form, change, row, saving, flush, adopt, release };
}
