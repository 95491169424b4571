/** Images that came along with a message and are shown inside it, as data: URIs with a cap. */
import { decodeHTML } from 'entities';
import type { MessageStructureObject } from 'imapflow';
import type { AttachmentView } from '../../shared/types';
import { decodeTransfer } from '../imap/decode';
import { fetchRows } from '../imap/fetch';
import type { ImapSession } from '../imap/session';
import { contentIdOf } from './sanitise';

const MEGABYTE = 1024 * 1024;
/** Octets of one image, of all images of a message, and their number. */
export const INLINE_LIMITS = { image: MEGABYTE, all: 4 * MEGABYTE, images: 50 } as const;

/** The Content-IDs that html refers to, as {@link contentIdOf} writes them. */
export function referredImages(html: string): Set<string> {
  const found = html
    .slice(0, 3 * MEGABYTE)
    .matchAll(/"\s{0,20}cid:([^"<>]{1,300})"|'\s{0,20}cid:([^'<>]{1,300})'|\bcid:([^\s"'<>)&]{1,300})/gi);
  return new Set([...found].map(([, double, single, bare]) => contentIdOf(decodeHTML(double ?? single ?? bare ?? ''))));
}

/**
 * Which attachments are to be fetched: referred to, images by their own word, and small enough by the server's. A Content-ID is to be
 * unique (RFC 2392), so of several under one the first is meant.
 */
export function wantedImages(attachments: readonly AttachmentView[], referred: ReadonlySet<string>): AttachmentView[] {
  let total = 0;
  const found = new Map<string, AttachmentView>();
  for (const attachment of attachments) {
    const { contentType, size } = attachment;
    const id = attachment.contentId === null ? null : contentIdOf(attachment.contentId);
    if (id === null || found.has(id) || !referred.has(id)) continue;
    if (!contentType.startsWith('image/') && contentType !== 'application/octet-stream') continue;
    // base64 makes four octets of three.
    if (size <= (INLINE_LIMITS.image * 4) / 3 + 1024) found.set(id, attachment);
  }
  return [...found.values()]
    .slice(0, INLINE_LIMITS.images)
    .filter(({ size }) => (total += size) <= (INLINE_LIMITS.all * 4) / 3);
}

const SIGNATURES: readonly [string, RegExp][] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
  ['image/bmp', /^BM[\s\S]{4}\0\0\0\0/],
];

/** The media type of an image a browser may show, by its first bytes; null where it is none. */
export function imageType(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 16).toString('latin1');
  return SIGNATURES.find(([, signature]) => signature.test(head))?.[0] ?? null;
}

/** A data: URI, or null where the bytes are not an image a browser may show: what the sender calls them does not count. */
export function dataUri(bytes: Buffer): string | null {
  if (bytes.length > INLINE_LIMITS.image) return null;
  const type = imageType(bytes);
  return type ? `data:${type};base64,${bytes.toString('base64')}` : null;
}

function partOf(structure: MessageStructureObject, part: string): MessageStructureObject | undefined {
  if (structure.part === part || (structure.part === undefined && part === '1')) return structure;
  for (const child of structure.childNodes ?? []) {
    const found = partOf(child, part);
    if (found) return found;
  }
  return undefined;
}

/**
 * Fetches the images in one round trip, in the mailbox that is selected.
 * @returns Content-ID → data: URI; what is missing, too big or no image is left out
 * @throws MailError of imap/errors.ts
 */
export async function fetchInlineImages(
  session: ImapSession,
  uid: number,
  structure: MessageStructureObject,
  images: readonly AttachmentView[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (images.length === 0) return found;
  const maxLength = Math.ceil((INLINE_LIMITS.image * 4) / 3) + 128 * 1024;
  const bodyParts = images.map(({ part }) => ({ key: part, start: 0, maxLength }));
  const row = (await fetchRows(session, [uid], { bodyParts })).get(uid);
  let total = 0;
  for (const { part, contentId } of images) {
    const encoded = row?.bodyParts?.get(part.toLowerCase());
    if (!encoded || !contentId) continue;
    const bytes = decodeTransfer(encoded, partOf(structure, part)?.encoding);
    const uri = dataUri(bytes);
    total += bytes.length;
    if (uri && total <= INLINE_LIMITS.all) found.set(contentIdOf(contentId), uri);
  }
  return found;
}
