/** Which folders of an account are folded up, remembered in this browser. */
import { useCallback, useState } from 'react';

const keyOf = (accountId: string) => `email-manager:folded:${accountId}`;

function read(accountId: string): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(accountId)) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((path) => typeof path === 'string') : []);
  } catch {
    return new Set();
  }
}

/** @returns paths of folded folders, and what folds or unfolds one */
export function useFolded(accountId: string): [ReadonlySet<string>, (path: string) => void] {
  const [folded, setFolded] = useState(() => read(accountId));
  const toggle = useCallback(
    (path: string) =>
      setFolded((before) => {
        const next = new Set(before);
        if (!next.delete(path)) next.add(path);
        try {
          localStorage.setItem(keyOf(accountId), JSON.stringify([...next]));
        } catch {
          // A full or forbidden storage: remembered until the page is left.
        }
        return next;
      }),
    [accountId],
  );
  return [folded, toggle];
}
