/** Keeps in the browser what is not on the server yet, and finds what an earlier page left behind. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Application } from '@nocobase/client-v2';
import { useApp } from '../api';
import { held, hold } from './openWindows';
import { handovers, viewerOf } from './signedIn';
import { dropUnsaved, keepUnsaved, unsavedOf, type Unsaved } from './unsaved';

/** What was left behind for one draft, unless a tab is still writing it. */
export async function leftFor(app: Application, draftId: string): Promise<Unsaved | null> {
  const user = viewerOf(app);
  const left = user ? unsavedOf(localStorage, user).find(({ draft }) => draft?.id === draftId) : undefined;
  return left && !(await held()).has(left.key) ? left : null;
}

interface Keeper {
  key: string;
  keep: (unsaved: Omit<Unsaved, 'key' | 'at'>) => void;
  drop: () => void;
}

/** @param known the key of a mail that was left behind, or the id of a draft */
export function useKeeper(known: string | undefined): Keeper {
  const app = useApp();
  // Kept from the start: the sign-in may be lost meanwhile.
  const [user] = useState(() => viewerOf(app));
  const [begun] = useState(() => handovers(app));
  const [key] = useState(() => known ?? `new-${Math.random().toString(36).slice(2)}`);
  const release = useRef<() => void>();
  useEffect(() => {
    release.current = hold(key);
    return () => release.current?.();
  }, [key]);
  const keep = useCallback<Keeper['keep']>(
    (unsaved) => {
      if (!user || handovers(app) !== begun) return;
      keepUnsaved(localStorage, user, { ...unsaved, key, at: new Date().toISOString() });
    },
    [app, begun, key, user],
  );
  const drop = useCallback(() => void (user && dropUnsaved(localStorage, user, key)), [key, user]);
  return useMemo(() => ({ key, keep, drop }), [key, keep, drop]);
}

/** What an earlier page left behind, looked for once. */
export function useLeftBehind(): { left: Unsaved[]; drop: (one: Unsaved) => void; take: (one: Unsaved) => void } {
  const app = useApp();
  const [left, setLeft] = useState<Unsaved[]>([]);
  useEffect(() => {
    let here = true;
    const user = viewerOf(app);
    const found = user ? unsavedOf(localStorage, user) : [];
    if (found.length > 0) {
      void held().then((open) => here && setLeft(found.filter(({ key }) => !open.has(key))));
    }
    return () => {
      here = false;
    };
  }, [app]);
  const take = useCallback((one: Unsaved) => setLeft((all) => all.filter(({ key }) => key !== one.key)), []);
  const drop = useCallback(
    (one: Unsaved) => {
      const user = viewerOf(app);
      if (user) dropUnsaved(localStorage, user, one.key);
      take(one);
    },
    [app, take],
  );
  return { left, drop, take };
}
