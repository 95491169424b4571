/** The unfinished draft that a mail which begins may be meant to go on with. Pure. */
import type { AddressView, OutboxView } from '../../shared/types';
import { addressKey, isAddress } from '../mail/addresses';
import { sameForm, type ComposeForm } from './draft';
import type { Started } from './useStart';

export interface Offer {
  draft: OutboxView;
  /** Whom both are written to; null where both answer the same message. */
  person: AddressView | null;
}

interface OfferFacts {
  /** The draft that is being written. */
  own: string | null;
  /** Drafts that were offered before and not wanted. */
  refused: ReadonlySet<string>;
}

/** What decides an offer: whom it is written to, or which message it answers; empty where there is nothing to look for. */
export function offerKey({ inReplyTo, to }: Pick<ComposeForm, 'inReplyTo' | 'to'>): string {
  if (inReplyTo) return `answer ${inReplyTo.messageId}`;
  const keys = to.map(({ address }) => address.trim()).filter(isAddress);
  return keys.map(addressKey).sort().join(' ');
}

/** The newest draft to the same recipient, or of an answer to the same message. Mail that waits or was sent is none. */
export function draftToOffer(
  rows: readonly OutboxView[],
  form: Pick<ComposeForm, 'inReplyTo' | 'to'>,
  { own, refused }: OfferFacts,
): Offer | null {
  const people = new Map(
    form.to.filter(({ address }) => isAddress(address)).map((one) => [addressKey(one.address), one]),
  );
  const sharedWith = ({ inReplyTo, to }: OutboxView): AddressView | null | undefined => {
    if (form.inReplyTo) return inReplyTo?.messageId === form.inReplyTo.messageId ? null : undefined;
    const both = to.find(({ address }) => people.has(addressKey(address)));
    return both && (both.name ? both : people.get(addressKey(both.address)));
  };
  const [best] = rows
    .filter(({ id, state }) => state === 'draft' && id !== own && !refused.has(id))
    .map((draft) => ({ draft, person: sharedWith(draft) }))
    .filter((offer): offer is Offer => offer.person !== undefined)
    .sort((a, b) => b.draft.updatedAt.localeCompare(a.draft.updatedAt));
  return best ?? null;
}

/** Files and images of a mail. */
export interface FilesOfMail {
  files: OutboxView['attachments'];
  /** How many are being uploaded. */
  underWay: number;
}

/** Whether nothing but recipients was changed since a mail began: nobody would miss it. */
function onlyAddressed(form: ComposeForm, begun: ComposeForm): boolean {
  const people = { to: begun.to, cc: begun.cc, bcc: begun.bcc };
  return sameForm({ ...form, ...people }, begun);
}

/**
 * Whether a mail whose draft was made for its window holds nothing but what the server prepared. What was attached or taken away since is
 * in no form.
 */
export function holdsNothingNew(
  { fresh, form: begun, row }: Started,
  form: ComposeForm,
  { files, underWay }: FilesOfMail,
): boolean {
  const cameAlong = row?.attachments ?? [];
  const sameFiles = files.length === cameAlong.length && files.every(({ id }, at) => id === cameAlong[at]?.id);
  return Boolean(fresh) && form === begun && underWay === 0 && sameFiles;
}

/**
 * Whether a mail that gives way to another one goes without a trace: nothing but recipients is in it. What an earlier page could not save
 * is all there is of it.
 */
export function goesWithoutTrace(started: Started, form: ComposeForm, files: FilesOfMail): boolean {
  if (started.left || !onlyAddressed(form, started.form)) return false;
  return holdsNothingNew(started, form, files) || files.files.length + files.underWay === 0;
}
