/** What usually lies behind an error, most likely first, and what mends it. Pure; keys of src/locale. */
import type { ErrorView } from '../../shared/types';
import { MAILBOX_REFUSED_CODES } from '../../shared/states';

const MAILBOX_CLOSED: readonly string[] = [
  'You signed in with another account than the one whose mailbox you want.',
  'IMAP is switched off for this mailbox: the administrator can switch it on in Exchange, the owner of an Outlook.com mailbox in its settings under Forwarding and IMAP.',
  'The account has no mailbox, or no Exchange Online licence.',
  'A rule of your organisation keeps mail apps out.',
];

const CAUSES: Readonly<Record<string, readonly string[]>> = {
  secretWrong: ['The Secret ID was pasted instead of the Value.', 'The secret was deleted in Entra.'],
  redirectUriUnknown: [
    'The redirect URI is missing in Entra, or differs by a letter.',
    'It was registered for another platform than Web.',
  ],
  serverUnreachable: ['The server of NocoBase may not reach Microsoft: a firewall or proxy is in between.'],
};

/** Likely causes of an error code; empty where its sentence says it all. */
export function causesOf(code: string): readonly string[] {
  return CAUSES[code] ?? (MAILBOX_REFUSED_CODES.includes(code) ? MAILBOX_CLOSED : []);
}

/** The command with which an administrator mends an error, where the server gave one (smtpAuthDisabled). */
export function commandOf(view: ErrorView): string | null {
  const command = view.params?.command;
  return typeof command === 'string' && command !== '' ? command : null;
}

/** A sentence that counts causes itself ("… 1. this; 2. that. Then."), taken apart to be shown as a list. */
export interface CountedSentence {
  before: string;
  items: string[];
  after: string;
}

/** Takes a sentence apart at "1.", "2.", …; without such a count all of it is `before`. */
export function countedSentence(sentence: string): CountedSentence {
  const marks: { start: number; end: number }[] = [];
  for (let from = 0, number = 1; ; number++) {
    const mark = new RegExp(`(?<![\\d.])${number}\\.\\s`).exec(sentence.slice(from));
    if (!mark) break;
    marks.push({ start: from + mark.index, end: from + mark.index + mark[0].length });
    from += mark.index + mark[0].length;
  }
  const [first] = marks;
  if (!first || marks.length < 2) return { before: sentence, items: [], after: '' };
  const items = marks.map(({ end }, index) => sentence.slice(end, marks[index + 1]?.start).trim());
  const last = items.pop() ?? '';
  const [, item = last, after = ''] = /^(.*?[.。])\s*(.+)$/.exec(last) ?? [];
  return {
    before: sentence.slice(0, first.start).trim(),
    items: [...items, item].map((text) => text.replace(/[;；.。]$/, '')),
    after,
  };
}
