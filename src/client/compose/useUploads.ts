/** Uploads files to a draft, one after another, with progress and a way out of each. */
import { useCallback, useRef, useState } from 'react';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import type { Draft } from './useDraft';

export interface RunningUpload {
  key: string;
  file: File;
  /** 0 to 1. */
  fraction: number;
  error: ErrorView | null;
}

export interface Uploads {
  files: OutboxView['attachments'];
  running: RunningUpload[];
  /** Files are still on their way. */
  busy: boolean;
  add: (files: readonly File[]) => void;
  cancel: (key: string) => void;
  /** Tries a file again that could not be uploaded. */
  retry: (key: string) => void;
  canRemove: boolean;
  remove: (fileId: string) => Promise<void>;
}

export function useUploads(draft: Draft): Uploads {
  const api = useApi();
  const [running, setRunning] = useState<RunningUpload[]>([]);
  const controllers = useRef(new Map<string, AbortController>());
  const queue = useRef<Promise<void>>(Promise.resolve());
  const count = useRef(0);
  const { flush, adopt, row } = draft;

  const patch = useCallback((key: string, change: Partial<RunningUpload> | null) => {
    setRunning((list) =>
      change
        ? list.map((upload) => (upload.key === key ? { ...upload, ...change } : upload))
        : list.filter((upload) => upload.key !== key),
    );
  }, []);

  const upload = useCallback(
    async (key: string, file: File) => {
      const controller = controllers.current.get(key);
      if (!controller) return;
      try {
        const { id } = await flush();
        adopt(await api.outbox.upload(id, file, (fraction) => patch(key, { fraction }), controller.signal));
        patch(key, null);
      } catch (thrown) {
        if (controller.signal.aborted) patch(key, null);
        else patch(key, { error: errorView(thrown) });
      }
      controllers.current.delete(key);
    },
    [adopt, api, flush, patch],
  );

  const enqueue = useCallback(
    (key: string, file: File) => {
      controllers.current.set(key, new AbortController());
      queue.current = queue.current.then(() => upload(key, file));
    },
    [upload],
  );

  const add = useCallback(
    (files: readonly File[]) => {
      for (const file of files) {
        const key = `upload-${++count.current}`;
        setRunning((list) => [...list, { key, file, fraction: 0, error: null }]);
        enqueue(key, file);
      }
    },
    [enqueue],
  );

  const retry = (key: string) => {
    const failed = running.find((upload) => upload.key === key);
    if (!failed) return;
    patch(key, { fraction: 0, error: null });
    enqueue(key, failed.file);
  };

  const cancel = useCallback(
    (key: string) => {
      controllers.current.get(key)?.abort();
      controllers.current.delete(key);
      patch(key, null);
    },
    [patch],
  );

  const remove = useCallback(
    async (fileId: string) => {
      if (!row) return;
      adopt(await api.outbox.removeFile(row.id, fileId));
    },
    [adopt, api, row],
  );

  return {
    files: row?.attachments ?? [],
    running,
    busy: running.some(({ error }) => error === null),
    add,
    cancel,
    retry,
    canRemove: true,
    remove,
  };
}
