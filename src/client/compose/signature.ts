/** Which signature a mail carries, and where it stands. Pure, but for reading html. */
import type { SignatureView } from '../../shared/types';
import { htmlToText, signed } from './content';
import type { ComposeForm } from './draft';

/** The text of a plain mail with another signature below what was written. */
export function withSignature(text: string, signature: string): string {
  const own = text.replace(/\n*^-- \n[^]*$/m, '');
  return signature ? `${own}\n\n-- \n${htmlToText(signature)}` : own;
}

/** The default of an account, or null. */
export const defaultOf = (list: readonly SignatureView[], accountId: string): SignatureView | null =>
  list.find((one) => one.accountId === accountId && one.isDefault) ?? null;

/** What of a form changes with its signature. */
export function signedForm(form: ComposeForm, html: string): Partial<ComposeForm> {
  return form.mode === 'plain'
    ? { text: withSignature(form.text, html) }
    : { rich: { ...form.rich, signature: signed(html) } };
}
