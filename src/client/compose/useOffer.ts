/** Looks for a draft to offer while a mail begins. */
import { useEffect, useMemo, useState } from 'react';
import type { OutboxView } from '../../shared/types';
import { useApi } from '../api';
import type { ComposeForm } from './draft';
import { draftToOffer, offerKey, type Offer } from './offer';

export interface Offered {
  offer: Offer | null;
  refuse: () => void;
}

/**
 * @param begins whether it is a mail of its own; a draft that was opened is none
 * @param own the draft it is kept in by now
 */
export function useOffer(form: ComposeForm, begins: boolean, own: string | null): Offered {
  const api = useApi();
  const [rows, setRows] = useState<OutboxView[]>([]);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const { inReplyTo, to } = form;
  const key = begins ? offerKey({ inReplyTo, to }) : '';
  useEffect(() => {
    if (key === '') return;
    let here = true;
    // A mail can be written without.
    api.outbox.list('draft').then(
      (list) => here && setRows(list),
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [api, key]);
  const offer = useMemo(
    () => (key === '' ? null : draftToOffer(rows, { inReplyTo, to }, { own, refused })),
    [inReplyTo, key, own, refused, rows, to],
  );
  return { offer, refuse: () => offer && setRefused(new Set([...refused, offer.draft.id])) };
}
