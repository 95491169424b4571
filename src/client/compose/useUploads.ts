/** Uploads files to a draft, one after another, with progress and a way out of each. */
import { useCallback, useRef, useState } from 'react';
import type { ErrorView, OutboxView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { refOf, type ChosenFile } from './chosenFiles';
import type { Draft } from './useDraft';

/** Brings a file to a draft. */
type Bring = (draftId: string, progress: (fraction: number) => void, signal: AbortSignal) => Promise<OutboxView>;

export interface RunningUpload {
  key: string;
  name: string;
  /** 0 to 1; null where only the server knows. */
  fraction: number | null;
  bring: Bring;
  error: ErrorView | null;
}

export interface Uploads {
  files: OutboxView['attachments'];
  running: RunningUpload[];
  /** Files are still on their way. */
  busy: boolean;
  add: (files: readonly File[]) => void;
  /** Files that lie in NocoBase already. */
  addHosted: (files: readonly ChosenFile[]) => void;
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
    async (key: string, bring: Bring) => {
      const controller = controllers.current.get(key);
      if (!controller) return;
      try {
        const { id } = await flush();
        adopt(await bring(id, (fraction) => patch(key, { fraction }), controller.signal));
        patch(key, null);
      } catch (thrown) {
        if (controller.signal.aborted) patch(key, null);
        else patch(key, { error: errorView(thrown) });
      }
      controllers.current.delete(key);
    },
    [adopt, flush, patch],
  );

  const start = useCallback(
    (key: string, bring: Bring) => {
      controllers.current.set(key, new AbortController());
      queue.current = queue.current.then(() => upload(key, bring));
    },
    [upload],
  );

  const enqueue = useCallback(
    (name: string, fraction: number | null, bring: Bring) => {
      const key = `upload-${++count.current}`;
      setRunning((list) => [...list, { key, name, fraction, bring, error: null }]);
      start(key, bring);
    },
    [start],
  );

  const add = useCallback(
    (files: readonly File[]) => {
      for (const file of files) {
        enqueue(file.name, 0, (id, progress, signal) => api.outbox.upload(id, file, progress, signal));
      }
    },
    [api, enqueue],
  );

  const addHosted = useCallback(
    (files: readonly ChosenFile[]) => {
      for (const file of files) {
        enqueue(file.filename, null, (id, _progress, signal) => api.outbox.attach(id, refOf(file), signal));
      }
    },
    [api, enqueue],
  );

  const retry = (key: string) => {
    const failed = running.find((upload) => upload.key === key);
    if (!failed) return;
    patch(key, { fraction: failed.fraction === null ? null : 0, error: null });
    start(key, failed.bring);
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
    addHosted,
    cancel,
    retry,
    canRemove: true,
    remove,
  };
}
