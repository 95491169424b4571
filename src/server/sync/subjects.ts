/**
 * Replies that name nothing they answer: some mailers and many phones leave out References and In-Reply-To. Such a one joins the
 * message it answers only where everything else speaks for it. Pure.
 */
import { hash } from 'node:crypto';
import { DAY } from '../../shared/constants';
import type { AddressView } from '../../shared/types';

/** What is looked at of one message. */
export interface SubjectFacts {
  /** See {@link subjectKeyOf}. */
  key: number | null;
  /** See {@link baseSubjectOf}. */
  base: string;
  /** Whether it says that it is a reply by its subject alone. */
  isReply: boolean;
  date: Date;
  /** Address of its author, in lower case. */
  from: string;
  /** Addresses of its author and its recipients, in lower case. */
  people: ReadonlySet<string>;
}

/** A reply is not looked for longer after what it answers. */
export const REPLY_WITHIN = 7 * DAY;

/** What mailers put before the subject of an answer, in the languages of their people. */
const PREFIXES = [
  ...[
    're',
    'r',
    'aw',
    'antw',
    'antwort',
    'sv',
    'vs',
    'vá',
    'res',
    'resp',
    'rif',
    'rép',
    'réf',
    'odp',
    'ynt',
    'atb',
    'bls',
  ],
  ...[
    'отв',
    'ответ',
    'відп',
    'відповідь',
    'απ',
    'σχετ',
    '回复',
    '回覆',
    '答复',
    '答覆',
    '返信',
    '답장',
    '회신',
    'תגובה',
    'رد',
  ],
];
const PREFIX = new RegExp(
  `^\\s*(?:${PREFIXES.join('|')})\\s*(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\)|\\^\\d{1,3})?\\s*[:：]\\s*`,
  'iu',
);

/** Shorter ones ("Hi", "?") say too little. */
const SHORTEST_BASE = 4;

const ASCII = /^[\x00-\x7f]*$/;

/** The subject without the marks of a reply, in one form: lower case, single spaces. */
export function baseSubjectOf(subject: string): { base: string; replied: boolean } {
  let rest = ASCII.test(subject) ? subject : subject.normalize('NFKC');
  let replied = false;
  for (let match = PREFIX.exec(rest); match; match = PREFIX.exec(rest)) {
    replied = true;
    rest = rest.slice(match[0].length);
  }
  return { base: rest.replace(/\s+/g, ' ').trim().toLowerCase(), replied };
}

const keyOf = (base: string, isReply: boolean) =>
  parseInt(hash('sha256', `${isReply ? 're ' : ''}${base}`).slice(0, 13), 16);

/**
 * Key under which a message is found by its subject, or null where that says too little. A reply without references has
 * another one than what it may answer, so that few rows are looked at.
 */
export const subjectKeyOf = (subject: string, hasReferences: boolean): number | null =>
  subjectFacts(subject, hasReferences).key;

/** What a subject says of its message, found in one go. */
export function subjectFacts(subject: string, hasReferences: boolean): Pick<SubjectFacts, 'key' | 'base' | 'isReply'> {
  const { base, replied } = baseSubjectOf(subject);
  const isReply = replied && !hasReferences;
  return { base, isReply, key: base.length < SHORTEST_BASE ? null : keyOf(base, isReply) };
}

/** Keys of messages that may answer this one, or be answered by it. */
export function counterpartKeys({ key, base, isReply }: SubjectFacts): number[] {
  if (key === null) return [];
  return isReply ? [keyOf(base, false), key] : [keyOf(base, true)];
}

/** Whether `reply`, which names nothing, answers `message`: same subject, within a week, and each author took part in both. */
export function answersBySubject(reply: SubjectFacts, message: SubjectFacts): boolean {
  const later = reply.date.getTime() - message.date.getTime();
  return (
    reply.isReply &&
    later >= 0 &&
    later <= REPLY_WITHIN &&
    reply.from !== '' &&
    message.from !== '' &&
    message.people.has(reply.from) &&
    reply.people.has(message.from) &&
    reply.base === message.base
  );
}

/** Addresses in lower case, without doubles. */
export function addressesOf(views: readonly AddressView[]): Set<string> {
  return new Set(views.map(({ address }) => address.toLowerCase()).filter((address) => address !== ''));
}
