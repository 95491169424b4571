/** What of a mail is not on the server yet, kept in the browser: it outlives a closed tab, a crash and a lost sign-in. Pure but for the storage. */
import type { ComposeForm } from './draft';

export interface Unsaved {
  /** Of the window it was written in; the id of the draft where it began as one. */
  key: string;
  form: ComposeForm;
  /** The draft it is about, and the version it was made from; null where nothing was saved yet. */
  draft: { id: string; version: number } | null;
  /** When it was last changed, ISO 8601. */
  at: string;
}

/** The part of localStorage that is used. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

const PREFIX = 'mail-unsaved:';
const nameOf = (userId: string, key: string) => `${PREFIX}${userId}:${key}`;

function names(store: Store, prefix: string): string[] {
  return Array.from({ length: store.length }, (_, index) => store.key(index) ?? '').filter((name) =>
    name.startsWith(prefix),
  );
}

/** @returns whether there was room for it */
export function keepUnsaved(store: Store, userId: string, unsaved: Unsaved): boolean {
  try {
    store.setItem(nameOf(userId, unsaved.key), JSON.stringify(unsaved));
    return true;
  } catch {
    return false;
  }
}

export function dropUnsaved(store: Store, userId: string, key: string): void {
  store.removeItem(nameOf(userId, key));
}

/** What a user left unsaved, newest first; what cannot be read is passed over. */
export function unsavedOf(store: Store, userId: string): Unsaved[] {
  const found: Unsaved[] = [];
  for (const name of names(store, nameOf(userId, ''))) {
    try {
      const one = JSON.parse(store.getItem(name) ?? '') as Unsaved;
      if (one.key && one.at && Array.isArray(one.form.to) && typeof one.form.rich.own === 'string') found.push(one);
    } catch {
      // Nothing that we wrote.
    }
  }
  return found.sort((a, b) => b.at.localeCompare(a.at));
}

/** Forgets everybody's: who signs out leaves nothing behind. @param except the user whose own stays */
export function forgetUnsaved(store: Store, except?: string): void {
  const own = except === undefined ? null : nameOf(except, '');
  for (const name of names(store, PREFIX)) if (!own || !name.startsWith(own)) store.removeItem(name);
}

/** The user that a token of the host (JWT, RFC 7519) was given to; null for anything else. */
export function userOfToken(token: string | null | undefined): string | null {
  try {
    const payload = (token ?? '').split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const { userId } = JSON.parse(atob(payload)) as { userId?: unknown };
    return typeof userId === 'number' || typeof userId === 'string' ? String(userId) : null;
  } catch {
    return null;
  }
}
