/** What a reply or a forward starts with: recipients, subject and the quoted original. */
import { quotedText } from '../../shared/quotedText';
import type { AddressView, OutboxInput } from '../../shared/types';
import type { EditorHtml } from '../messages/sanitiseThread';
import { cleanLine, cleanName, wireAddress } from './headers';

export type AnswerKind = NonNullable<OutboxInput['inReplyTo']>['kind'];

/** The message that is answered. */
export interface AnsweredMessage {
  id: string;
  accountId: string;
  subject: string;
  from: AddressView | null;
  replyTo: AddressView[];
  to: AddressView[];
  cc: AddressView[];
  /** Already in the language and time zone of the author. */
  date: string;
  /** As it was sent, hostile; null where there is none or it could not be made safe. */
  html: string | null;
  text: string;
}

/** The few words around a quote, in the language of the author. */
export interface QuoteWords {
  /** "On {date}, {name} wrote:" */
  wrote(date: string, name: string): string;
  forwarded: string;
  from: string;
  date: string;
  subject: string;
  to: string;
  cc: string;
}

/** Prefixes of replies and forwards as mail programs write them in many languages, also numbered: "Re[2]:". */
const PREFIX =
  /^(?:(?:re|aw|antw|sv|vs|odp|ynt|res|rif|r|回复|回覆|答复|відп|ответ|fwd?|wg|tr|rv|enc|i|pd|doorst|vb|転送|转发|轉寄|пер)(?:\s?[[(]\d+[\])])?\s?[:\uff1a]\s*)+/iu;

/** The subject of an answer: one prefix, whatever stood there before. */
export function answerSubject(subject: string, kind: AnswerKind): string {
  const bare = cleanLine(subject).replace(PREFIX, '');
  return `${kind === 'forward' ? 'Fwd' : 'Re'}: ${bare}`.trim().slice(0, 900);
}

/**
 * To and Cc of an answer. A reply goes where Reply-To says, else to the sender; an answer to a mail of my own goes to those I wrote to.
 * Nobody is named twice, and I am only when nobody else is left.
 * @param own my addresses
 */
export function answerRecipients(
  message: Pick<AnsweredMessage, 'from' | 'replyTo' | 'to' | 'cc'>,
  kind: AnswerKind,
  own: readonly string[],
): { to: AddressView[]; cc: AddressView[] } {
  if (kind === 'forward') return { to: [], cc: [] };
  const mine = new Set(own.map(key));
  const fromMe = message.from !== null && mine.has(key(message.from.address));
  const sender = message.replyTo.length ? message.replyTo : message.from ? [message.from] : [];
  const seen = new Set<string>();
  const fresh = (list: readonly AddressView[], withMe = false) =>
    list.filter(({ address }) => {
      const id = key(address);
      if (!wireAddress(address) || seen.has(id) || (!withMe && mine.has(id))) return false;
      seen.add(id);
      return true;
    });
  let to = fresh(fromMe ? message.to : sender);
  const cc = kind === 'replyAll' ? fresh(fromMe ? message.cc : [...message.to, ...message.cc]) : [];
  if (to.length === 0 && cc.length === 0) to = fresh(sender, true);
  const clean = (list: AddressView[]) => list.map(({ name, address }) => ({ name: cleanName(name), address }));
  return { to: clean(to), cc: clean(cc) };
}

const key = (address: string) => (wireAddress(address) ?? address).toLowerCase();

/** Makes html safe for the editor, images that come along named by their new address, and its text where asked; null where it cannot: the original is quoted as plain text then. */
export type Quotable = (html: string, withText: boolean) => Promise<EditorHtml | null>;

/** The whole input for the composer. The quoted html is sanitised strictly; a plain-text original is quoted as plain text. */
export async function prepareAnswer(
  message: AnsweredMessage,
  kind: AnswerKind,
  own: readonly string[],
  words: QuoteWords,
  quotable: Quotable,
): Promise<Required<OutboxInput>> {
  const head = kind === 'forward' ? forwardHead(message, words) : [words.wrote(message.date, nameOf(message.from))];
  const rich = message.html === null ? null : await quotable(message.html, !message.text);
  const original = (message.text || (rich?.text ?? '')).replace(/\r\n?/g, '\n');
  const quote = kind === 'forward' ? original : quotedText(original);
  return {
    accountId: message.accountId,
    ...answerRecipients(message, kind, own),
    bcc: [],
    subject: answerSubject(message.subject, kind),
    html: rich && quotedHtml(rich.html, head, kind),
    text: `\n\n${head.join('\n')}\n${kind === 'forward' ? '\n' : ''}${quote}`,
    inReplyTo: { messageId: message.id, kind },
    record: null,
  };
}

/** Most readers do not show images that lie in the html itself, and every save would carry them. Of sanitised html. */
const withoutDataImages = (html: string) => html.replace(/<img\b[^>]*? src="data:[^>]*>/g, '');

/** The client leaves alone what begins with a quote or a rule: the original is never edited. */
function quotedHtml(html: string, head: readonly string[], kind: AnswerKind): string {
  const lines = head.map(escapeHtml).join('<br />');
  const original = withoutDataImages(html);
  return kind === 'forward'
    ? `<p><br /></p><hr /><p>${lines}</p>${original}`
    : `<p><br /></p><p>${lines}</p><blockquote>${original}</blockquote>`;
}

function forwardHead(message: AnsweredMessage, words: QuoteWords): string[] {
  const list = (addresses: readonly AddressView[]) => addresses.map(shown).join(', ');
  return [
    `---------- ${words.forwarded} ----------`,
    `${words.from}: ${message.from ? shown(message.from) : ''}`,
    `${words.date}: ${message.date}`,
    `${words.subject}: ${cleanLine(message.subject)}`,
    `${words.to}: ${list(message.to)}`,
    ...(message.cc.length ? [`${words.cc}: ${list(message.cc)}`] : []),
  ];
}

const nameOf = (address: AddressView | null) => (address ? cleanName(address.name) || cleanLine(address.address) : '');

function shown({ name, address }: AddressView): string {
  const clean = cleanName(name);
  return clean ? `${clean} <${cleanLine(address)}>` : cleanLine(address);
}

function escapeHtml(value: string): string {
  return value.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
