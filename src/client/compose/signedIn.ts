/** What becomes of mail on the page when somebody signs out, or somebody else signs in without a reload: nothing of it is left. */
import { useEffect, useRef } from 'react';
import type { Application } from '@nocobase/client-v2';
import { liveOf } from '../live';
import { deskOf } from './desk';
import { endSendings } from './sendings';
import { forgetMet } from './suggestions';
import { forgetUnsaved, userOfToken } from './unsaved';

/** The user who is signed in. */
export const viewerOf = (app: Application): string | null => userOfToken(app.apiClient.auth.token);

interface Handovers {
  count: number;
  listeners: Set<() => void>;
}
const known = new WeakMap<Application, Handovers>();

function handoversOf(app: Application): Handovers {
  const found = known.get(app) ?? { count: 0, listeners: new Set() };
  known.set(app, found);
  return found;
}

/** How often the page has passed to nobody or to somebody else: what was begun before is not kept any more. */
export const handovers = (app: Application): number => handoversOf(app).count;

/** Calls back when the page passes to nobody or to somebody else. The listener may change freely. */
export function useHandover(app: Application, listener: () => void): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const { listeners } = handoversOf(app);
    const told = () => latest.current();
    listeners.add(told);
    return () => void listeners.delete(told);
  }, [app]);
}

/** Drops what the page shows of a user. */
function handOver(app: Application): void {
  const passed = handoversOf(app);
  // First: windows that close would keep what is in them.
  passed.count += 1;
  for (const told of [...passed.listeners]) told();
  deskOf(app).closeAll();
  endSendings(app);
  forgetMet(app);
  liveOf(app).forget();
}

/**
 * Who signs out leaves nothing in the browser. A lost sign-in leaves what was not saved, for the same user: whoever else signs in
 * first finds nothing of it.
 */
export function forgetAtSignOut(app: Application): void {
  let last: string | null = null;
  app.apiClient.axios.interceptors.response.use((response) => {
    const url = response.config.url ?? '';
    if (url.includes('auth:signOut')) {
      handOver(app);
      forgetUnsaved(localStorage);
    } else if (url.includes('auth:signIn')) {
      const { data } = (response.data ?? {}) as { data?: { token?: string } };
      const next = userOfToken(data?.token);
      if (next) {
        if (last && next !== last) handOver(app);
        forgetUnsaved(localStorage, next);
        last = next;
      }
    } else last = viewerOf(app) ?? last;
    return response;
  });
}
