/** What stands in the way of sending a mail. Pure. */
import type { AddressView, OutboxInput } from '../../shared/types';
import { addressKey, isAddress } from '../mail/addresses';

/** `block`: it cannot be sent like this. `ask`: the sender may send it all the same. */
export interface Guard {
  kind: 'block' | 'ask';
  code:
    | 'noAccount'
    | 'sendBlocked'
    | 'noRecipients'
    | 'wrongRecipients'
    | 'noSubject'
    | 'noAttachment'
    | 'manyVisible'
    | 'strangers'
    | 'noReply'
    | 'unfilled';
  values?: Record<string, string | number>;
}

/** "Attached" in the languages of our users, at the start of a word. */
const ATTACHED =
  /(?<![\p{L}])(attach(ed|ment|ing)|enclosed|see the file|вкладен|прикріп|прикрiп|долуч|додаю файл|у додатку|в додатку|влож|прилага|во вложении|angehängt|anhang|beigefügt|pièce jointe|ci-joint|adjunt|allegat|bijlage|załącz|w załączniku|anexo|em anexo|bifogad|vedlagt)|附件|添付/iu;

/** Whether the words the sender wrote himself promise an attachment. Quotations (`>` lines) do not count. */
export function promisesAttachment(ownText: string, subject: string): boolean {
  const own = ownText
    .split('\n')
    .filter((line) => !/^\s*>/.test(line))
    .join('\n');
  return ATTACHED.test(own) || (!/^(re|fw|fwd|aw|відп|нп)\s*:/i.test(subject) && ATTACHED.test(subject));
}

const recipients = (mail: OutboxInput): AddressView[] => [...mail.to, ...(mail.cc ?? []), ...(mail.bcc ?? [])];

/** Recipients that are no addresses. */
export const wrongRecipients = (mail: OutboxInput): AddressView[] =>
  recipients(mail).filter(({ address }) => !isAddress(address));

/** So many people in To and Cc see each other's addresses: mostly Bcc was meant. */
const MANY_VISIBLE = 20;
const NO_REPLY = /^(?:no-?reply|do-?not-?reply|noreply.*|mailer-daemon|postmaster)@/i;

const domainOf = (address: string): string => addressKey(address).split('@').pop() ?? '';

/** Recipients of other domains than the sender's: who is new among them is asked for. */
export const outsiders = (mail: OutboxInput, from: string): string[] =>
  recipients(mail)
    .map(({ address }) => address)
    .filter((address) => isAddress(address) && domainOf(address) !== domainOf(from));

/** Variables of a template that found no value and were left for the author to replace. */
const unfilledVariables = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{\s*([\w.]+)[^{}]*\}\}/g)].map(([, name]) => name!)),
];

/**
 * Everything to say before a mail goes out, what blocks first.
 * @param ownText what the sender wrote, without the quoted message
 */
export function sendGuards(
  mail: OutboxInput,
  facts: { canSend: boolean; attachments: number; ownText: string; strangers?: readonly string[] },
): Guard[] {
  const guards: Guard[] = [];
  if (!mail.accountId) guards.push({ kind: 'block', code: 'noAccount' });
  else if (!facts.canSend) guards.push({ kind: 'block', code: 'sendBlocked' });
  const wrong = wrongRecipients(mail);
  if (recipients(mail).length === 0) guards.push({ kind: 'block', code: 'noRecipients' });
  if (wrong.length > 0) {
    const values = { addresses: wrong.map(({ address }) => address).join(', ') };
    guards.push({ kind: 'block', code: 'wrongRecipients', values });
  }
  if (mail.subject.trim() === '') guards.push({ kind: 'ask', code: 'noSubject' });
  const unfilled = unfilledVariables(`${mail.subject}\n${facts.ownText}`);
  if (unfilled.length > 0) guards.push({ kind: 'ask', code: 'unfilled', values: { names: unfilled.join(', ') } });
  if (facts.attachments === 0 && promisesAttachment(facts.ownText, mail.subject)) {
    guards.push({ kind: 'ask', code: 'noAttachment' });
  }
  const visible = mail.to.length + (mail.cc ?? []).length;
  if (visible >= MANY_VISIBLE) guards.push({ kind: 'ask', code: 'manyVisible', values: { number: visible } });
  const deaf = recipients(mail).find(({ address }) => NO_REPLY.test(address));
  if (deaf) guards.push({ kind: 'ask', code: 'noReply', values: { address: deaf.address } });
  const strangers = facts.strangers ?? [];
  if (strangers.length > 0) {
    guards.push({ kind: 'ask', code: 'strangers', values: { addresses: strangers.slice(0, 5).join(', ') } });
  }
  return guards;
}

/** Moves nothing, repeats nothing: an address in To is dropped from Cc and Bcc, one in Cc from Bcc. */
export function withoutRepeats(mail: OutboxInput): OutboxInput {
  const seen = new Set<string>();
  const fresh = (list: readonly AddressView[] | undefined) =>
    (list ?? []).filter(({ address }) => {
      const key = addressKey(address);
      return !seen.has(key) && Boolean(seen.add(key));
    });
  return { ...mail, to: fresh(mail.to), cc: fresh(mail.cc), bcc: fresh(mail.bcc) };
}
