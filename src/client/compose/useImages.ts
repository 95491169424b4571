/** Images of a mail's text: stored as files of the draft and named `cid:`, shown as data: addresses, which no other page can reach. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import type { Draft } from './useDraft';

export interface Images {
  /** Html with what can be shown instead of `cid:` addresses. */
  show: (html: string) => string;
  /** The other way round. */
  store: (html: string) => string;
  /** Puts an image into the draft. @returns its address to show; null where it was refused, and {@link Images.error} says why */
  add: (file: File) => Promise<string | null>;
  error: ErrorView | null;
  /** How many are on their way. */
  running: number;
}

const asDataUri = (blob: Blob, type: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^;,]*/, `data:${type}`));
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsDataURL(blob);
  });

export function useImages({ row, flush, adopt }: Pick<Draft, 'row' | 'flush' | 'adopt'>): Images {
  const api = useApi();
  /** Content-ID → data: address. */
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const [error, setError] = useState<ErrorView | null>(null);
  const [running, setRunning] = useState(0);
  const asked = useRef(new Set<string>());
  /** The same at once, for an editor that reports an image before the next rendering. */
  const latest = useRef<ReadonlyMap<string, string>>(new Map());
  const remember = useCallback((contentId: string, uri: string) => {
    latest.current = new Map(latest.current).set(contentId, uri);
    setKnown(latest.current);
  }, []);

  useEffect(() => {
    const wanted = (row?.attachments ?? []).filter(({ contentId }) => contentId && !asked.current.has(contentId));
    if (!row || wanted.length === 0) return;
    for (const { contentId } of wanted) asked.current.add(contentId!);
    // One after another: those of an original come over a connection of their own.
    void (async () => {
      for (const { id, contentId, contentType } of wanted) {
        try {
          const uri = await asDataUri(await api.outbox.file(row.id, id), contentType);
          remember(contentId!, uri);
        } catch {
          // It still goes along with the mail; only here it is not shown.
        }
      }
    })();
  }, [api, remember, row]);

  const show = useCallback(
    (html: string) =>
      html.replace(/(<img\b[^>]*? src=")cid:([^"]+)"/g, (tag, before: string, id: string) => {
        const uri = known.get(id);
        return uri ? `${before}${uri}"` : tag;
      }),
    [known],
  );
  const store = useCallback((html: string) => {
    let stored = html;
    for (const [id, uri] of latest.current) if (stored.includes(uri)) stored = stored.split(uri).join(`cid:${id}`);
    return stored;
  }, []);

  const add = useCallback(
    async (file: File) => {
      setRunning((count) => count + 1);
      setError(null);
      try {
        const before = await flush();
        const after: OutboxView = await api.outbox.uploadImage(before.id, file);
        const had = new Set(before.attachments.map(({ id }) => id));
        const image = after.attachments.filter(({ id, contentId }) => contentId && !had.has(id)).at(-1);
        if (!image?.contentId) return null;
        const uri = await asDataUri(file, image.contentType);
        asked.current.add(image.contentId);
        remember(image.contentId, uri);
        adopt(after);
        return uri;
      } catch (thrown) {
        setError(errorView(thrown));
        return null;
      } finally {
        setRunning((count) => count - 1);
      }
    },
    [adopt, api, flush, remember],
  );

  return { show, store, add, error, running };
}
