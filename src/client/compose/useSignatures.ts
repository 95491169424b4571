/** The signature of a mail: the default of its account, another one, or none; a change of the sender changes it along. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SignatureView } from '../../shared/types';
import { useApi } from '../api';
import { signed } from './content';
import type { ComposeForm } from './draft';
import { defaultOf, signedForm } from './signature';

export interface Signatures {
  /** Of the account the mail is sent from. */
  list: SignatureView[];
  choose: (signature: SignatureView | null) => void;
  /** Reads them again after they were changed. */
  reload: () => Promise<void>;
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
