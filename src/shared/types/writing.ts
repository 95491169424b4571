/** Signatures, templates, people. */
import type { AddressView } from './messages';

/** `mailSignatures:list` (?accountId=) → data: SignatureView[]; `:save` (POST SignatureInput; filterByTk to change one) → SignatureView; `:remove`. */
export interface SignatureInput {
  accountId: string;
  name: string;
  /** Made safe when saved. */
  html: string;
  /** The others of the account no longer are. */
  isDefault: boolean;
}

export interface SignatureView extends SignatureInput {
  id: string;
}

/**
 * `mailTemplates:list` → data: TemplateView[] (own and shared); `:save` (POST {name, subject, html}; filterByTk to change an own one),
 * `:share` (POST {shared}; administrators, own ones) → TemplateView; `:remove`;
 * `:render` (POST {values, record?: RecordRef, timeZone?}; `user` is added, and of the record what the viewer may read) → FilledTemplate.
 * Variables: `{{ record.customer.name }}`, `{{ recipient.name | there }}`.
 */
export interface TemplateView {
  id: string;
  name: string;
  subject: string;
  html: string;
  /** Everybody may use it. */
  shared: boolean;
  /** The viewer's own: he may change it. */
  own: boolean;
}

export interface FilledTemplate {
  subject: string;
  html: string;
  /** Variables without a value; they stand in the text as they are. */
  missing: string[];
}

/**
 * `mailCorrespondents:list` (POST {query?}) → data: CorrespondentView[], those written to most often first;
 * `:check` (POST {addresses}) → data: {strangers: string[]}, whom the viewer never wrote to or heard from.
 */
export interface CorrespondentView extends AddressView {
  wroteTo: boolean;
}
