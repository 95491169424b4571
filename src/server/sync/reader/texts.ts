/** Texts of messages: fetched, decoded, and made into what is stored and found. */
import type { MessageStructureObject } from 'imapflow';
import type { AttachmentView } from '../../../shared/types';
import { toMailError } from '../../errors';
import { fetchBodyHere, joinSections, MAX_TEXT_PART, textOfPart, type FetchedBody } from '../../imap/body';
import { storable } from '../../imap/decode';
import { readRows, type Fetched } from '../../imap/fetch';
import { textPartsOf, type MessageParts, type TextPart } from '../../imap/parts';
import type { DirectSession } from '../../imap/session';
import { attempt } from './envelopes';
import { packHtmlHere, type SentHtml } from '../../messages/packedHtml';
import type { SearchEntry } from '../../messages/search/searchIndex';
import { indexTextOf } from '../../messages/search/spelling';
import { previewOf, readableTextOf } from '../texts/preview';
import { utf8Buffers } from './utf8';

/** What the index of words needs of a message beside its text. */
export type Findable = Omit<SearchEntry, 'attachmentNames' | 'text'>;

export interface TextWanted {
  uid: number;
  parts: MessageParts;
  findable: Findable;
}

/** Texts of messages with the same sections. */
export interface TextsWanted {
  messages: readonly TextWanted[];
  /** As Sequelize names the database: words are spelled for it. */
  dialect: string;
}

/** A message of which no structure helps. */
export type AloneWanted = Pick<TextWanted, 'uid' | 'findable'> & Pick<TextsWanted, 'dialect'>;

/** A text that waits for its transaction; what is text, in UTF-8. */
export interface ReadText {
  uid: number;
  /** As the server gave it, of a message that was read alone; null where it is of no use. */
  structure: MessageStructureObject | null;
  attachments: AttachmentView[];
  text: Uint8Array | null;
  /** As a row keeps it (messages/packedHtml.ts). */
  packedHtml: Uint8Array | null;
  preview: string;
  /** Its words, spelled for the index. */
  words: Uint8Array;
}

/** Not to be read by its structure: one that promises parts which are not there is no better than a broken one. */
export interface Incomplete {
  uid: number;
  incomplete: true;
}

/** Octets of the words of a message beside its text, on the average. */
const ABOUT_WORDS = 4000;

const octetsOf = (messages: readonly TextWanted[]): number =>
  messages.reduce((sum, { parts }) => sum + textPartsOf(parts).reduce((all, { size }) => all + size, 0), 0);

/** Texts of the selected mailbox. */
export async function readTexts(
  session: DirectSession,
  { messages, dialect }: TextsWanted,
): Promise<Fetched<ReadText | Incomplete>> {
  const [first] = messages;
  const sections = first ? textPartsOf(first.parts) : [];
  const uids = messages.map(({ uid }) => uid);
  const bodyParts = sections.map(({ part }) => ({ key: part, start: 0, maxLength: MAX_TEXT_PART }));
  const { found, failure } =
    sections.length > 0 ? await readRows(session, uids, { bodyParts }) : { found: null, failure: null };
  const rows = new Map(found?.map((row) => [row.uid, row.bodyParts]));
  const asked = found !== null;
  found?.splice(0);
  const octets = sections.length > 0 ? octetsOf(messages) : 0;
  const utf8 = utf8Buffers(octets + messages.length * ABOUT_WORDS);
  const texts: (ReadText | Incomplete)[] = [];
  for (const { uid, parts, findable } of messages) {
    if (asked && !rows.has(uid)) continue;
    const sent = (part: string) => rows.get(uid)?.get(part.toLowerCase());
    const complete = textPartsOf(parts).every(({ part, size }) => size === 0 || sent(part));
    const read = () => {
      const content = contentOf(parts, ({ part }) => sent(part) ?? Buffer.alloc(0));
      return textOf({ uid, findable }, { structure: null, attachments: parts.attachments, ...content }, dialect, utf8);
    };
    texts.push((complete && attempt(read, session.mistaken)) || { uid, incomplete: true });
    // What is done with is not kept until the last one is.
    rows.delete(uid);
    await session.turn();
  }
  return { found: texts, failure };
}

interface Content {
  text: string | null;
  html: string | SentHtml | null;
}

/** Html beside plain text stays as it is: that is what is found and shown in lists, and whoever opens the message has it decoded. */
function contentOf({ sections }: MessageParts, octetsOf: (part: TextPart) => Buffer): Content {
  const [section, ...others] = sections;
  if (section?.plain && section.html && others.length === 0) {
    const text = textOfPart(section.plain, octetsOf(section.plain));
    if (text.trim()) return { text, html: { ...section.html, octets: octetsOf(section.html) } };
  }
  return joinSections(sections, (part) => textOfPart(part, octetsOf(part)));
}

/** The text of a message that is read by itself. */
export async function readAlone(
  session: DirectSession,
  { uid, findable, dialect }: AloneWanted,
): Promise<Fetched<ReadText>> {
  try {
    const body = await fetchBodyHere(session, uid);
    const octets = (body.text?.length ?? 0) + (body.html?.length ?? 0);
    const text = textOf({ uid, findable }, body, dialect, utf8Buffers(octets + ABOUT_WORDS));
    return { found: [text], failure: null };
  } catch (thrown) {
    const error = toMailError(thrown);
    if (error.code === 'bug') session.mistaken(thrown);
    return { found: [], failure: error };
  }
}

function textOf(
  { uid, findable }: Pick<TextWanted, 'uid' | 'findable'>,
  { structure, attachments, text, html }: Omit<FetchedBody, keyof Content> & Content,
  dialect: string,
  kept: (content: string | Uint8Array) => Uint8Array,
): ReadText {
  const readable = readableTextOf({ text, html: typeof html === 'string' ? html : null });
  return {
    uid,
    structure,
    attachments,
    text: text === null ? null : kept(storable(text)),
    packedHtml: html === null ? null : kept(packHtmlHere(typeof html === 'string' ? storable(html) : html)),
    preview: previewOf(readable),
    words: kept(indexTextOf(dialect, entryOf(findable, attachments, readable))),
  };
}

/** What a message is found by. */
export const entryOf = (
  findable: Findable,
  attachments: readonly AttachmentView[],
  text: string | null,
): SearchEntry => ({
  ...findable,
  attachmentNames: attachments.filter(({ inline }) => !inline).map(({ filename }) => filename),
  text,
});
