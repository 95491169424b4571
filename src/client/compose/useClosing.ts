/** The ways out of a mail without sending it: closed and kept as a draft, thrown away, or gone by itself because nothing is in it. */
import { useCallback, useEffect, useRef } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';
import type { ComposerProps } from './Composer';
import { isEmptyForm } from './draft';
import { goesWithoutTrace, holdsNothingNew } from './offer';
import type { Draft } from './useDraft';
import type { Images } from './useImages';
import type { Started } from './useStart';
import type { Uploads } from './useUploads';

interface ClosingFacts extends Pick<ComposerProps, 'onClose' | 'closedBy'> {
  draft: Draft;
  started: Started;
  uploads: Uploads;
  images: Pick<Images, 'running'>;
  /** It is to go by itself if nobody wrote in it. */
  yields: boolean;
}

export interface Closing {
  close: () => Promise<void>;
  /** Makes room for another mail in its place: kept, unless nothing but recipients is in it. Throws ApiError. */
  makeRoom: () => Promise<void>;
  discard: () => void;
}

export function useClosing({ draft, started, uploads, images, yields, onClose, closedBy }: ClosingFacts): Closing {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const { form, row, saving, release, flush } = draft;
  const { files } = uploads;
  const underWay = uploads.running.length + images.running;
  const nothing = saving.state === 'saved' && holdsNothingNew(started, form, { files, underWay });
  const untouched = nothing || saving.state === 'unchanged' || (!row && isEmptyForm(form));

  const leave = useCallback(() => {
    if (nothing && row) void api.outbox.remove(row.id).catch(() => undefined);
    release();
    onClose();
  }, [api, nothing, onClose, release, row]);

  const goes = yields && (nothing || (untouched && files.length + underWay === 0));
  useEffect(() => {
    if (goes) leave();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once: a new `leave` is no new reason to go
  }, [goes]);

  const close = useCallback(async () => {
    if (untouched) {
      leave();
      return;
    }
    try {
      await flush();
      release();
      onClose();
      context.message.info(t('Kept in Drafts'));
    } catch (thrown) {
      const { sentence } = errorText(t, errorView(thrown));
      context.modal.confirm({
        title: t('This mail could not be saved'),
        content: sentence,
        okText: t('Close all the same'),
        okButtonProps: { danger: true },
        cancelText: t('Go back'),
        onOk: () => {
          release();
          onClose();
        },
      });
    }
  }, [context, flush, leave, onClose, release, t, untouched]);

  const told = useRef(closedBy);
  told.current = closedBy;
  useEffect(() => told.current?.(() => void close()), [close]);

  const makeRoom = async () => {
    const bare = goesWithoutTrace(started, form, { files, underWay });
    if (!bare) await flush();
    release();
    if (bare && row) void api.outbox.remove(row.id).catch(() => undefined);
  };

  const discard = () => {
    const remove = async () => {
      for (const { key } of uploads.running) uploads.cancel(key);
      const gone = draft.drop();
      onClose();
      try {
        await gone;
      } catch (thrown) {
        context.message.error(errorText(t, errorView(thrown)).sentence);
      }
    };
    if (isEmptyForm(form) && files.length + underWay === 0) {
      void remove();
      return;
    }
    context.modal.confirm({
      title: t('Throw this draft away?'),
      okText: t('Throw away'),
      okButtonProps: { danger: true },
      cancelText: t('Go back'),
      onOk: () => void remove(),
    });
  };

  return { close, makeRoom, discard };
}
