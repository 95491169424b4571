/** The body of an open message: kept from before or read, with the images of other servers when the reader wants them. */
import { useCallback, useState } from 'react';
import type { ErrorView, MessageBody } from '../../shared/types';
import { useApi } from '../api';
import { useLoad } from '../load';
import type { MailContextValue } from './MailContext';

export interface OpenBody {
  /** undefined until it was read; without the images until those came. */
  body: MessageBody | undefined;
  /** Why the last reading failed; what was read before stays. */
  error: ErrorView | null;
  loading: boolean;
  reload: () => Promise<void>;
  /** Reads it again with the images of other servers; again where that failed. */
  loadImages: () => void;
}

export function useBody(id: string, bodies: MailContextValue['bodies']): OpenBody {
  const api = useApi();
  const [images, setImages] = useState(false);
  const key = `${id} ${images ? 'images' : ''}`;
  const read = useCallback(async () => {
    const kept = bodies.get(key);
    if (kept) return kept;
    const body = await api.messages.body(id, { remoteImages: images });
    bodies.set(key, body);
    return body;
  }, [api, bodies, id, images, key]);
  const { data: body, error, loading, reload } = useLoad(read);
  const loadImages = useCallback(() => {
    if (images) void reload();
    else setImages(true);
  }, [images, reload]);
  return { body, error, loading, reload, loadImages };
}
