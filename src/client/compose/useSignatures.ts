/** The signature of a mail: the default of its account, another one, or none; a change of the sender changes it along. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SignatureView } from '../../shared/types';
import { useApi } from '../api';
import { htmlToText, signed } from './content';
import type { ComposeForm } from './draft';

export interface Signatures {
  /** Of the account the mail is sent from. */
  list: SignatureView[];
  choose: (signature: SignatureView | null) => void;
  /** Reads them again after they were changed. */
  reload: () => Promise<void>;
}

/** The text of a plain mail with another signature below what was written. Pure but for reading html. */
export function withSignature(text: string, signature: string): string {
  const own = text.replace(/\n*^-- \n[^]*$/m, '');
  return signature ? `${own}\n\n-- \n${htmlToText(signature)}` : own;
}

export const defaultOf = (list: readonly SignatureView[], accountId: string): SignatureView | null =>
  list.find((one) => one.accountId === accountId && one.isDefault) ?? null;

/** What of a form changes with its signature. */
export function signedForm(form: ComposeForm, html: string): Partial<ComposeForm> {
  return form.mode === 'plain'
    ? { text: withSignature(form.text, html) }
    : { rich: { ...form.rich, signature: signed(html) } };
}

export function useSignatures(form: ComposeForm, change: (part: Partial<ComposeForm>) => void): Signatures {
  const api = useApi();
  const [all, setAll] = useState<SignatureView[]>([]);
  const reload = useCallback(() => api.signatures.list().then(setAll, () => undefined), [api]);
  useEffect(() => void reload(), [reload]);
  const { accountId } = form;
  const latest = useRef(form);
  latest.current = form;
  const before = useRef(accountId);
  useEffect(() => {
    const from = before.current;
    before.current = accountId;
    if (from === accountId) return;
    const { rich, mode } = latest.current;
    const wasDefault = rich.signature === signed(defaultOf(all, from)?.html ?? '');
    // A signature that was chosen by hand stays, and a plain text is the author's own.
    if (mode === 'rich' && wasDefault) change(signedForm(latest.current, defaultOf(all, accountId)?.html ?? ''));
  }, [accountId, all, change]);
  const choose = useCallback(
    (signature: SignatureView | null) => change(signedForm(latest.current, signature?.html ?? '')),
    [change],
  );
  return { list: all.filter((one) => one.accountId === accountId), choose, reload };
}
