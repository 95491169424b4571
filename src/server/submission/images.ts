/**
 * Images inside a mail that is written: the html names them by Content-ID (RFC 2392), the row lists them among its files. Pure.
 * Two kinds: uploaded by the author, and taken along from the message that is answered. Their ids are ours, never a sender's.
 */
import type { SpooledFile } from './outbox';

const UPLOADED = 'upload.invalid';
const ORIGINAL = 'original.invalid';
/** Most images that an answer takes along from the original. */
const MOST_ORIGINAL_IMAGES = 50;

/** The Content-ID, without brackets, of an uploaded image. */
export const uploadedContentId = (fileId: string): string => `${fileId}@${UPLOADED}`;

/** The Content-ID of an image that comes along from a stored message. */
export const originalContentId = (messageId: string, part: string): string => `${messageId}.${part}@${ORIGINAL}`;

/** The message and the part that a Content-ID of {@link originalContentId} names; null for any other. */
export function originalOf(contentId: string): { messageId: string; part: string } | null {
  const found = /^([1-9]\d{0,18})\.((?:whole\.)?\d{1,4}(?:\.\d{1,4}){0,30})@original\.invalid$/.exec(contentId);
  return found ? { messageId: found[1]!, part: found[2]! } : null;
}

/** The Content-IDs that sanitised html of an author refers to, in order, each once. */
export function referredContentIds(html: string | null): string[] {
  const found = (html ?? '').matchAll(/<img\b[^>]*? src="cid:([^"]{1,200})"/g);
  return [...new Set([...found].map(([, id]) => id!))];
}

/** Takes out images whose file is not there: the reader would see a broken one. */
export function withoutMissingImages(html: string, files: readonly Pick<SpooledFile, 'contentId'>[]): string {
  const known = new Set(files.flatMap(({ contentId }) => contentId ?? []));
  return html.replace(/<img\b[^>]*? src="cid:([^"]*)"[^>]*>/g, (tag, id: string) => (known.has(id) ? tag : ''));
}

/** Files as they go out: an image that the html no longer shows stays behind. */
export function filesToSend<T extends Pick<SpooledFile, 'contentId'>>(files: readonly T[], html: string | null): T[] {
  const shown = new Set(referredContentIds(html));
  return files.filter(({ contentId }) => contentId === undefined || shown.has(contentId));
}

/** What a part of the answered message is, as its structure says. */
export interface OriginalPart {
  part: string;
  filename: string;
  contentType: string;
  size: number;
  inline: boolean;
  contentId: string | null;
}

/**
 * Images of the original that its html shows: the sender's Content-ID (as `key` writes it) → the address they get in the answer. Of
 * several under one Content-ID the first is shown.
 */
export function imagesTakenAlong(
  messageId: string,
  parts: readonly OriginalPart[],
  referred: ReadonlySet<string>,
  key: (contentId: string) => string,
): Map<string, string> {
  const images = new Map<string, string>();
  for (const { part, contentId, contentType } of parts) {
    const id = contentId === null ? null : key(contentId);
    if (id === null || images.has(id) || !referred.has(id) || images.size === MOST_ORIGINAL_IMAGES) continue;
    if (!/^(image\/|application\/octet-stream$)/.test(contentType)) continue;
    images.set(id, `cid:${originalContentId(messageId, part)}`);
  }
  return images;
}

/** base64 makes four octets of three, and BODYSTRUCTURE counts those (RFC 3501 section 7.4.2). */
const decodedSize = (encoded: number): number => Math.floor((encoded * 3 * 76) / (4 * 78));

/**
 * Files that an answer takes along: the images its html shows, and every attachment of a message that is forwarded.
 * @param html sanitised html of the answer
 * @param newId makes the id of a file
 */
export function originalFiles(
  answered: { messageId: string; kind: 'reply' | 'replyAll' | 'forward' },
  parts: readonly OriginalPart[],
  html: string | null,
  newId: () => string,
): SpooledFile[] {
  const shown = new Set(
    referredContentIds(html).flatMap((id) => {
      const original = originalOf(id);
      return original?.messageId === answered.messageId ? original.part : [];
    }),
  );
  return parts.flatMap((part): SpooledFile[] => {
    const image = shown.has(part.part);
    if (!image && (answered.kind !== 'forward' || part.inline)) return [];
    return [
      {
        id: newId(),
        filename: part.filename,
        contentType: part.contentType,
        size: decodedSize(part.size),
        ...(image && { contentId: originalContentId(answered.messageId, part.part) }),
        source: { messageId: answered.messageId, part: part.part },
      },
    ];
  });
}
