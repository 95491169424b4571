/** Keeps a mail that is being written on the server: saved soon after a change, one save at a time, and truthful about it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, OutboxInput, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { conflictOf, type Conflict } from './conflict';
import { htmlToText } from './content';
import { formOf, inputOf, isEmptyForm, sameForm, type ComposeForm } from './draft';
import type { Unsaved } from './unsaved';
import { useKeeper } from './useUnsaved';

/** A pause in typing after which the draft is saved. */
const PAUSE = 1500;
/** So soon it is kept in the browser. */
const KEEP = 300;

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
  /** Nothing more is saved, and what is on the server is removed: also what is on its way there. Throws ApiError. */
  drop: () => Promise<void>;
  /** Somebody else changed the draft: nothing is saved until {@link Draft.settle}. */
  conflict: Conflict | null;
  /** `mine` overwrites what is there, or makes a new draft where there is none; `theirs` drops what is written here. */
  settle: (choice: 'mine' | 'theirs') => void;
}

/** @param left what an earlier page could not save; `initial` is its form */
export function useDraft(initial: ComposeForm, existing: OutboxView | null, left: Unsaved | null): Draft {
  const api = useApi();
  const keeper = useKeeper(left?.key ?? existing?.id);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [form, setForm] = useState(initial);
  const [row, setRow] = useState(existing);
  const [saving, setSaving] = useState<Draft['saving']>({
    state: left ? 'changed' : existing ? 'saved' : 'unchanged',
    at: existing?.updatedAt ?? null,
    error: null,
  });
  const now = useRef({
    form: initial,
    row: existing && left?.draft ? { ...existing, version: left.draft.version } : existing,
    saved: existing && left ? formOf(existing) : initial,
    released: false,
    conflict: null as Conflict | null,
    /** What was sent to the server without an answer. */
    unanswered: [] as OutboxInput[],
    /** A draft may have been made, by a call whose answer was lost or by an earlier page. */
    tried: Boolean(left && !left.draft),
    /** Drafts made before this one: each is made once. */
    before: 0,
  });
  const keeping = useRef<ReturnType<typeof setTimeout>>();
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const adopt = useCallback((next: OutboxView) => {
    now.current.row = next;
    setRow(next);
  }, []);

  /** In the browser stands what is not on the server, and nothing else. */
  const keep = useCallback(() => {
    clearTimeout(keeping.current);
    const { form: mine, row: known, saved, released } = now.current;
    const nothing = known ? sameForm(mine, saved) : isEmptyForm(mine);
    if (released || nothing) keeper.drop();
    else keeper.keep({ form: mine, draft: known && { id: known.id, version: known.version } });
  }, [keeper]);

  /** Looks at what is there after a save was refused. @returns whether it may be tried again */
  const compare = useCallback(
    async (known: OutboxView, tried: OutboxInput): Promise<boolean> => {
      const theirs = await api.outbox.get(known.id).catch((thrown: unknown) => {
        if (errorView(thrown).code === 'notFound') return null;
        throw thrown;
      });
      const found = conflictOf(known, [...now.current.unanswered, tried], theirs);
      if (!found && theirs) adopt(theirs);
      now.current.conflict = found;
      setConflict(found);
      return found === null;
    },
    [adopt, api],
  );

  /** Nobody can tell a message that is gone from one of somebody else: what answers it is kept as a mail of its own. */
  const make = useCallback(
    async (input: OutboxInput): Promise<OutboxView> => {
      const key = `${keeper.key}.${now.current.before}`;
      try {
        return await api.outbox.saveOnce(key, input);
      } catch (thrown) {
        if (!input.inReplyTo || errorView(thrown).code !== 'notFound') throw thrown;
        const made = await api.outbox.saveOnce(key, { ...input, inReplyTo: null });
        now.current.form = { ...now.current.form, inReplyTo: null };
        setForm(now.current.form);
        return made;
      }
    },
    [api, keeper],
  );

  const store = useCallback(
    async (input: OutboxInput): Promise<OutboxView> => {
      if (now.current.row) return api.outbox.save(input, now.current.row);
      const made = await make(input);
      if (!now.current.tried) return made;
      // An earlier try made it, with less in it; whoever wrote on in it since is not overwritten.
      const first = { ...made, ...(now.current.unanswered[0] ?? input), version: 0 };
      adopt(first);
      return api.outbox.save({ ...input, inReplyTo: now.current.form.inReplyTo }, first);
    },
    [adopt, api, make],
  );

  const flush = useCallback((): Promise<OutboxView> => {
    clearTimeout(timer.current);
    const save = async (again = true): Promise<OutboxView> => {
      const { form: mine, row: known, saved } = now.current;
      if (known && !now.current.conflict && sameForm(mine, saved)) return known;
      setSaving((before) => ({ ...before, state: 'saving', error: null }));
      const input = inputOf(mine, htmlToText);
      try {
        const next = await store(input);
        now.current.saved = { ...mine, inReplyTo: now.current.form.inReplyTo };
        now.current.unanswered = [];
        adopt(next);
        const unsaved = !sameForm(now.current.form, now.current.saved);
        setSaving({ state: unsaved ? 'changed' : 'saved', at: next.updatedAt, error: null });
        keep();
        return next;
      } catch (thrown) {
        const error = errorView(thrown);
        if (error.kind === 'transient') now.current.unanswered.push(input);
        const stored = now.current.row;
        now.current.tried ||= !stored;
        const refused = ['outboxChanged', 'outboxNotEditable', 'notFound'].includes(error.code);
        if (stored && refused && again && (await compare(stored, input).catch(() => false))) return save(false);
        setSaving((before) => ({ ...before, state: 'failed', error: now.current.conflict ? null : error }));
        keep();
        throw thrown;
      }
    };
    const turn = running.current.then(
      () => save(),
      () => save(),
    );
    running.current = turn.catch(() => undefined);
    return turn;
  }, [adopt, compare, keep, store]);

  const change = useCallback(
    (part: Partial<ComposeForm>) => {
      const next = { ...now.current.form, ...part };
      if (sameForm(next, now.current.form)) return;
      now.current.form = next;
      setForm(next);
      clearTimeout(timer.current);
      clearTimeout(keeping.current);
      keeping.current = setTimeout(keep, KEEP);
      if (now.current.released || (!now.current.row && isEmptyForm(next))) return;
      if (now.current.conflict) return;
      setSaving((before) => ({ ...before, state: 'changed' }));
      timer.current = setTimeout(() => void flush().catch(() => undefined), PAUSE);
    },
    [flush, keep],
  );

  const release = useCallback(() => {
    now.current.released = true;
    clearTimeout(timer.current);
    keep();
  }, [keep]);

  const drop = useCallback(async () => {
    release();
    await running.current;
    const known = now.current.row;
    if (known) await api.outbox.remove(known.id);
  }, [api, release]);

  const settle = useCallback(
    (choice: 'mine' | 'theirs') => {
      const theirs = now.current.conflict?.theirs ?? null;
      const editable = now.current.conflict?.kind === 'changed';
      now.current.conflict = null;
      setConflict(null);
      now.current.row = editable ? theirs : null;
      if (!now.current.row) Object.assign(now.current, { tried: false, before: now.current.before + 1 });
      setRow(now.current.row);
      if (choice === 'theirs' && theirs) {
        const form = formOf(theirs);
        Object.assign(now.current, { form, saved: form });
        setForm(form);
        setSaving({ state: 'saved', at: theirs.updatedAt, error: null });
        keep();
      } else void flush().catch(() => undefined);
    },
    [flush, keep],
  );

  // What an earlier page could not save is saved now.
  useEffect(() => {
    if (left) void flush().catch(() => undefined);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once
  }, []);

  // Closing the tab in the middle of a sentence: the browser asks, and meanwhile it is saved.
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      const { form: mine, row: known, saved, released } = now.current;
      if (released || sameForm(mine, saved) || (!known && isEmptyForm(mine))) return;
      event.preventDefault();
      keep();
      void flush().catch(() => undefined);
    };
    window.addEventListener('beforeunload', leaving);
    // Where a system ends pages without asking.
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('beforeunload', leaving);
      window.removeEventListener('pagehide', keep);
    };
  }, [flush, keep]);

  // Leaving the page in the middle of a sentence keeps the sentence.
  useEffect(() => {
    const state = now.current;
    return () => {
      clearTimeout(timer.current);
      keep();
      const unsaved = !sameForm(state.form, state.saved);
      if (!state.released && unsaved && (state.row || !isEmptyForm(state.form))) void flush().catch(() => undefined);
    };
  }, [flush, keep]);

  return { form, change, row, saving, flush, adopt, release, drop, conflict, settle };
}
