/** The body of a message as a browser may show it: fetched when it is not stored, made safe once, images by choice. */
import type { AttachmentView, MessageBody } from '../../shared/types';
import type { Row } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { fetchBodyHere } from '../imap/body';
import { textOfHtml } from '../imap/htmlText';
import { openMailbox } from '../imap/mailbox';
import type { ImapSession } from '../imap/session';
import { storeBody, storedBody, storeSanitised, type StoredBody } from './bodies';
import { LONGEST_TEXT } from './htmlToText';
import { fetchInlineImages, referredImages, wantedImages } from './inlineImages';
import { placeOf, withOpenSession, type PlaceOnServer } from './place';
import { readingPlacesOf } from './places';
import { requireMessage } from './rows';
import { blockRemoteImages, contentIdOf } from './sanitise';
import { sanitiseThreadOf } from './sanitiseThread';
import { isTrusted } from './trustedSenders';
import { text } from './views';

/**
 * @param remoteImages whether the reader asked for images on other servers; a trusted sender needs no asking
 * @throws MailError permanent `notFound` | `messageGone` | transient `uidValidityChanged`
 * | throttled `tooManyOpened` | those of the login and the connection
 */
export async function readBody(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  remoteImages: boolean,
): Promise<MessageBody> {
  const message = await requireMessage(mail, viewer, id);
  const images = remoteImages || (await isTrusted(mail, viewer, text(message.fromAddress)));
  const stored = await storedBody(mail, message.id);
  if (stored && isReady(stored)) return bodyView(message.id, stored, images);
  const { body, inline } = await collect(mail, message, stored);
  return bodyView(message.id, await makeSafe(mail, message.id, body, inline), images);
}

/** Nothing is left to do: no html, or one that was made safe (or refused to be) and whose text is known. */
const isReady = ({ html, sanitised, text }: StoredBody): boolean =>
  html === null || sanitised === null || (sanitised !== undefined && text !== null);

interface Collected {
  body: StoredBody;
  /** Content-ID → data: URI; null where the images of the message could not be fetched now. */
  inline: Map<string, string> | null;
}

/** What is missing of a body, over one connection; none where nothing is. */
async function collect(mail: MailContext, message: Row, stored: StoredBody | null): Promise<Collected> {
  if (stored && imagesOf(stored).length === 0) return { body: stored, inline: new Map() };
  try {
    const place = await placeOf(mail, message);
    const giveBack = await readingPlacesOf(mail).bodies.take(place.accountId);
    try {
      return await withOpenSession(mail, place.accountId, undefined, async (session) => {
        const collected = await collectHere(mail, message.id, place, stored, session);
        await session.close();
        return collected;
      });
    } finally {
      giveBack();
    }
  } catch (error) {
    // The text is there; without its images it is still worth reading.
    if (stored) return { body: stored, inline: null };
    throw error;
  }
}

async function collectHere(
  mail: MailContext,
  messageId: string,
  place: PlaceOnServer,
  stored: StoredBody | null,
  session: ImapSession,
): Promise<Collected> {
  await openMailbox(session, place.path, { uidValidity: place.uidValidity });
  const body = stored ?? (await storeBody(mail, messageId, place.accountId, await fetchBodyHere(session, place.uid)));
  const images = imagesOf(body);
  if (!body.structure || images.length === 0) return { body, inline: new Map() };
  const inline = await fetchInlineImages(session, place.uid, body.structure, images).catch(() => null);
  return { body, inline };
}

const imagesOf = (body: StoredBody) =>
  body.html === null || !body.structure ? [] : wantedImages(body.attachments, referredImages(body.html));

/** Sanitises the html and remembers the result, unless images were missing or the thread was busy: both may pass. */
async function makeSafe(
  mail: MailContext,
  messageId: string,
  body: StoredBody,
  inline: Map<string, string> | null,
): Promise<StoredBody> {
  if (body.html === null) return body;
  let result: { html: string | null; remoteImages: number; text: string | null };
  let lasting = true;
  try {
    result = await sanitiseThreadOf(mail).run(body.html, inline ?? new Map(), body.text === null);
  } catch (thrown) {
    const error = toMailError(thrown);
    mail.log.warn('html not shown', { messageId, code: error.code });
    result = { html: null, remoteImages: 0, text: null };
    lasting = error.kind === 'permanent';
  }
  const attachments = whichShown(body, result.html, inline ?? new Map());
  if (inline && lasting) await storeSanitised(mail, messageId, { ...result, attachments });
  return {
    ...body,
    attachments,
    text: body.text ?? result.text,
    sanitised: result.html,
    blockedImages: result.remoteImages,
  };
}

/**
 * Images that the html names but does not show after all (too large, no image, the second of one Content-ID, named where none is shown)
 * are files like others.
 */
function whichShown(
  { attachments, html: raw }: StoredBody,
  html: string | null,
  images: ReadonlyMap<string, string>,
): AttachmentView[] {
  const referred = referredImages(raw ?? '');
  const fetched = new Set(wantedImages(attachments, referred));
  const isHidden = (attachment: AttachmentView): boolean => {
    const { contentId } = attachment;
    if (contentId === null || !referred.has(contentIdOf(contentId))) return false;
    const image = fetched.has(attachment) ? images.get(contentIdOf(contentId)) : undefined;
    return image === undefined || html === null || !html.includes(image);
  };
  return attachments.map((attachment) => ({ ...attachment, inline: attachment.inline && !isHidden(attachment) }));
}

/** Text or an image; without either, html says less than the text that came beside it. In it `<` and `>` only ever belong to tags. */
const saysSomething = (html: string): boolean =>
  /<img\b|(?:^|>)[\s\u200b-\u200d\u2060\u00ad]*[^\s\u200b-\u200d\u2060\u00ad<>]/.test(html);

function bodyView(id: string, body: StoredBody, images: boolean): MessageBody {
  const referred = body.html === null ? new Set<string>() : referredImages(body.html);
  const sanitised = body.sanitised ?? null;
  const failed = body.html !== null && sanitised === null;
  const safe = sanitised !== null && (!body.text?.trim() || saysSomething(sanitised)) ? sanitised : null;
  const widened = images && safe !== null && body.blockedImages > 0;
  return {
    id,
    html: safe === null ? null : widened ? safe : blockRemoteImages(safe),
    text: body.text ?? (body.html === null ? '' : textOfHtml(body.html, LONGEST_TEXT)),
    blockedImages: widened || safe === null ? 0 : body.blockedImages,
    remoteImages: widened,
    notice: failed ? new MailError('permanent', 'htmlUnsafe', { who: 'nobody' }).toView() : null,
    attachments: body.attachments.map((attachment) => ({
      ...attachment,
      // An inline image that nothing refers to would be seen nowhere.
      inline: attachment.inline && attachment.contentId !== null && referred.has(contentIdOf(attachment.contentId)),
    })),
  };
}
