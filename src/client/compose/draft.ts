/** A mail while it is written: what the form holds, and how it becomes what the server keeps. Pure. */
import type { AccountView, AddressView, OutboxInput, RecordRef } from '../../shared/types';
import { joinRich, splitRich, textToHtml, type RichContent } from './content';
import type { ComposeStart } from './desk';
import { withoutRepeats } from './guards';

export interface ComposeForm {
  accountId: string;
  to: AddressView[];
  cc: AddressView[];
  bcc: AddressView[];
  subject: string;
  mode: 'rich' | 'plain';
  /** Used in rich mode. */
  rich: RichContent;
  /** Used in plain mode. */
  text: string;
  inReplyTo: OutboxInput['inReplyTo'];
  /** The record beside which it is written. */
  record: RecordRef | null;
}

/** Accounts a mail can be sent from; the others are shown with the reason. */
export const canSend = ({ storedState, sendBlocked }: AccountView): boolean =>
  storedState === 'active' && sendBlocked === null;

/** The account a new mail starts with: the wanted one, else the first that can send, else the first. */
export function startAccount(accounts: readonly AccountView[], wanted?: string): string {
  const asked = accounts.find(({ id }) => id === wanted);
  return (asked ?? accounts.find(canSend) ?? accounts[0])?.id ?? '';
}

/** The form of a mail the server gave (a draft, or an answer it prepared). */
export function formOf(mail: OutboxInput): ComposeForm {
  return {
    accountId: mail.accountId,
    to: mail.to,
    cc: mail.cc ?? [],
    bcc: mail.bcc ?? [],
    subject: mail.subject,
    mode: mail.html === null ? 'plain' : 'rich',
    rich: splitRich(mail.html ?? ''),
    text: mail.html === null ? mail.text : '',
    inReplyTo: mail.inReplyTo ?? null,
    record: mail.record ?? null,
  };
}

/** An empty form, or one with what a block knows of the recipient. */
export function newForm(start: Extract<ComposeStart, { kind: 'new' }>, accounts: readonly AccountView[]): ComposeForm {
  return {
    accountId: startAccount(accounts, start.accountId),
    to: start.to ?? [],
    cc: start.cc ?? [],
    bcc: [],
    subject: start.subject ?? '',
    mode: 'rich',
    rich: { own: textToHtml(start.text ?? ''), signature: '', quote: '' },
    text: '',
    inReplyTo: null,
    record: start.record ?? null,
  };
}

/** What is saved. @param textOf gives the plain-text half of a rich mail */
export function inputOf(form: ComposeForm, textOf: (html: string) => string): OutboxInput {
  const html = form.mode === 'rich' ? joinRich(form.rich) : null;
  return withoutRepeats({
    accountId: form.accountId,
    to: form.to,
    cc: form.cc,
    bcc: form.bcc,
    subject: form.subject,
    html,
    text: html === null ? form.text : textOf(html),
    inReplyTo: form.inReplyTo ?? null,
    record: form.record ?? null,
  });
}

/** Whether there is nothing in it that somebody would miss. */
export function isEmptyForm({ to, cc, bcc, subject, rich, text }: ComposeForm): boolean {
  const words = rich.own.replace(/<[^>]*>|&nbsp;/g, '').trim() + text.trim();
  return to.length + cc.length + bcc.length === 0 && subject.trim() === '' && words === '';
}

/** Whether two forms would be saved as the same mail. */
export const sameForm = (a: ComposeForm, b: ComposeForm): boolean => JSON.stringify(a) === JSON.stringify(b);
