/** Texts in the background, after the envelopes: whole ones of the last days, the first words of the rest of the recent window. */
import { Op } from 'sequelize';
import type { MessageStructureObject } from 'imapflow';
import { DAY, RECENT_WINDOW } from '../../shared/constants';
import type { AttachmentView } from '../../shared/types';
import { MailError } from '../errors';
import { fetchBodyHere, joinSections, MAX_TEXT_PART, textOfPart } from '../imap/body';
import { fetchRows } from '../imap/fetch';
import { partsOf, textPartsOf, type MessageParts, type TextPart } from '../imap/parts';
import { recomputeThreads } from './counters';
import { moveCounts } from './mailboxCounts';
import { announce, type Pass } from './pass';
import { previewOf } from './preview';
import { chunks, dateOf, groupBy, idOf, table, underLease, type Values } from './rows';
import type { MailboxWork } from './syncMailbox';

/** Messages younger than this are stored with their text, so that opening them needs no server. */
const TEXT_AGE = 30 * DAY;
const PREVIEW_BYTES = 2048;
/** Of html more is needed: it starts with styles. */
const PREVIEW_BYTES_HTML = 16 * 1024;
const BATCH = 50;
/** Octets asked for by one FETCH. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** A message whose text is to be fetched. */
export interface Wanted {
  id: string;
  uid: number;
  threadId: string | null;
  /** Store the whole text, not only the preview. */
  whole: boolean;
}

interface FoundText {
  structure: MessageStructureObject | null;
  attachments: AttachmentView[];
  text: string | null;
  html: string | null;
  unreadable?: string;
}

/**
 * Fetches what is missing in one mailbox, newest first.
 * @returns false when it was stopped before the end
 */
export async function fetchTexts(pass: Pass, work: MailboxWork): Promise<boolean> {
  const missing = await readMissing(pass, work);
  for (const batch of chunks(missing, BATCH)) {
    if (pass.shouldStop()) return false;
    await pass.connection.open(work.mailbox.path, { uidValidity: work.place.uidValidity });
    const found = await fetchBatch(pass, batch);
    await storeTexts(pass, work, batch, found);
  }
  return true;
}

async function readMissing({ mail }: Pass, { place }: MailboxWork): Promise<Wanted[]> {
  const model = table(mail, 'mailMessages');
  const here = { mailboxId: place.id, uidValidity: place.uidValidity };
  const young = new Date(mail.now().getTime() - TEXT_AGE);
  const window = (await model.findOne({
    where: here,
    attributes: ['internalDate'],
    order: [['internalDate', 'DESC']],
    offset: RECENT_WINDOW - 1,
    raw: true,
  })) as unknown as Values | null;
  const edge = window ? dateOf(window.internalDate) : new Date(0);
  const rows = (await model.findAll({
    where: {
      ...here,
      preview: null,
      unreadable: null,
      internalDate: { [Op.gte]: edge && edge < young ? edge : young },
    },
    attributes: ['id', 'uid', 'threadId', 'internalDate'],
    order: [['internalDate', 'DESC']],
    raw: true,
  })) as unknown as Values[];
  return rows.map((row) => ({
    id: String(row.id),
    uid: Number(row.uid),
    threadId: idOf(row.threadId),
    whole: (dateOf(row.internalDate) ?? new Date(0)) >= young,
  }));
}

/** Texts of messages of the mailbox that is open, by the ids of their rows; a message that is gone is missing. */
export async function fetchBatch(
  pass: Pick<Pass, 'connection'>,
  batch: readonly Wanted[],
): Promise<Map<string, FoundText>> {
  const session = await pass.connection.session();
  const uids = batch.map(({ uid }) => uid);
  const rows = await fetchRows(session, uids, { bodyStructure: true });
  const found = new Map<string, FoundText>();
  const plans: { wanted: Wanted; structure: MessageStructureObject; parts: MessageParts; texts: TextPart[] }[] = [];
  for (const wanted of batch) {
    const row = rows.get(wanted.uid);
    if (!row) continue;
    const structure = row.bodyStructure;
    const parts = partsOf(structure);
    if (structure && parts.trusted) {
      const texts = wanted.whole ? textPartsOf(parts) : textPartsOf(parts).slice(0, 1);
      plans.push({ wanted, structure, parts, texts });
    } else {
      found.set(wanted.id, await fetchAlone(pass, wanted));
    }
  }
  // One FETCH for all messages with the same sections: the server is asked once, not once a message.
  const sectionsOf = ({ wanted, texts }: (typeof plans)[number]) =>
    texts.map((part) => `${part.part}:${limitOf(part, wanted.whole)}`).join(' ');
  for (const [sections, alike] of groupBy(plans, sectionsOf)) {
    for (const some of bySize(alike)) {
      const bodyParts = sections.split(' ').filter(Boolean);
      const query = bodyParts.map((section) => {
        const [key = '', maxLength] = section.split(':');
        return { key, start: 0, maxLength: Number(maxLength) };
      });
      const texts = query.length > 0 ? await fetchRows(session, uidsOf(some), { bodyParts: query }) : new Map();
      for (const { wanted, structure, parts, texts: read } of some) {
        const content: ReadonlyMap<string, Buffer> | undefined = texts.get(wanted.uid)?.bodyParts;
        if (query.length > 0 && !content) continue;
        const joined = joinSections(parts.sections, (part) => {
          const bytes = read.includes(part) ? content?.get(part.part.toLowerCase()) : undefined;
          return bytes && textOfPart(part, bytes);
        });
        found.set(wanted.id, { structure, attachments: parts.attachments, ...joined });
      }
    }
  }
  return found;
}

const uidsOf = (plans: readonly { wanted: Wanted }[]) => plans.map(({ wanted }) => wanted.uid);

const limitOf = (part: TextPart, whole: boolean) =>
  whole ? MAX_TEXT_PART : part.subtype === 'html' ? PREVIEW_BYTES_HTML : PREVIEW_BYTES;

/** Groups of at most {@link BATCH_BYTES}, by the sizes the server claims. */
function* bySize<T extends { texts: TextPart[]; wanted: Wanted }>(plans: readonly T[]): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const plan of plans) {
    const size = plan.texts.reduce((sum, part) => sum + Math.min(part.size, limitOf(part, plan.wanted.whole)), 0);
    if (group.length > 0 && bytes + size > BATCH_BYTES) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(plan);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

/** A message whose structure is of no use is read whole; one that cannot be read is marked and not tried for ever. */
async function fetchAlone(pass: Pick<Pass, 'connection'>, { uid }: Wanted): Promise<FoundText> {
  try {
    return await fetchBodyHere(await pass.connection.session(), uid);
  } catch (error) {
    if (error instanceof MailError && error.kind === 'permanent') {
      return { structure: null, attachments: [], text: null, html: null, unreadable: error.code };
    }
    throw error;
  }
}

/** What databases take in a text column: no NUL, no half surrogates. */
const storable = (text: string | null): string | null =>
  text &&
  text
    .replaceAll('\0', '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** Stores what {@link fetchBatch} found, under the lease, and announces it. */
export async function storeTexts(
  pass: Pass,
  { mailbox }: Pick<MailboxWork, 'mailbox'>,
  batch: readonly Wanted[],
  found: ReadonlyMap<string, FoundText>,
): Promise<void> {
  const { mail, lease, owner } = pass;
  const now = mail.now();
  const threadIds = await underLease(mail, lease, async (transaction) => {
    const changed = new Set<string>();
    const bodies: Values[] = [];
    let filled = 0;
    for (const wanted of batch) {
      const body = found.get(wanted.id);
      if (!body) continue;
      const preview = storable(previewOf(body)) ?? '';
      const values = { preview, ...(body.unreadable && { unreadable: body.unreadable }) };
      const options = { where: { id: wanted.id, preview: null }, hooks: false, silent: true, transaction };
      const [had] = await table(mail, 'mailMessages').update(values, options);
      filled += had;
      if (wanted.threadId) changed.add(wanted.threadId);
      if (!wanted.whole || body.unreadable) continue;
      const { structure, attachments } = body;
      const texts = { text: storable(body.text), html: storable(body.html) };
      bodies.push({ id: wanted.id, accountId: owner.id, structure, attachments, ...texts, fetchedAt: now });
    }
    // A reader who opened the message was faster: his row may hold more.
    await table(mail, 'mailBodies').bulkCreate(bodies, { hooks: false, transaction, ignoreDuplicates: true });
    await recomputeThreads(mail, owner, changed, transaction);
    await moveCounts(mail, mailbox.id, { textsMissing: -filled }, transaction);
    return [...changed];
  });
  pass.counts.texts += found.size;
  announce(pass, mailbox.id, threadIds);
}
