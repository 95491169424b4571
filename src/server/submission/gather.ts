/** Fetches into the spool what queued mail takes along from other messages, as soon as it is queued: the original may be gone later. */
import type { MailContext } from '../context';
import { toMailError } from '../errors';
import { checkSize, roomLeft } from './limits';
import { fetchFile } from './original';
import {
  attemptDue,
  changeOutbox,
  findOutbox,
  pushOutbox,
  stepOutbox,
  type OutboxRow,
  type SpooledFile,
} from './outbox';
import { afterGathering } from './outcome';

/** Mail whose files are fetched before what is due gets its turn. */
const ROUND = 10;

/** Condition of mail whose files have to be fetched now. */
export const wantsFiles = (now: Date) => ({ state: 'queued', filesWanted: true, ...attemptDue(now) });

/**
 * Fetches the files of an account's queued mail.
 * @param largest octets of the largest message the account can send
 * @returns how many mails are complete now
 */
export async function gatherQueued(
  mail: MailContext,
  accountId: string,
  largest: number,
  signal: AbortSignal,
): Promise<number> {
  const rows = await findOutbox(
    mail,
    { accountId, ...wantsFiles(mail.now()) },
    { order: [['sendAt', 'ASC']], limit: ROUND },
  );
  let complete = 0;
  for (const row of rows) {
    if (signal.aborted) break;
    if (await gather(mail, row, largest, signal)) complete += 1;
  }
  return complete;
}

async function gather(mail: MailContext, row: OutboxRow, largest: number, signal: AbortSignal): Promise<boolean> {
  const queued = { state: 'queued', version: row.version } as const;
  try {
    const attachments: SpooledFile[] = [];
    for (const { source, ...file } of row.attachments) {
      const room = roomLeft(attachments, largest);
      const size = source ? await fetchFile(mail, row, { ...file, source }, room, signal) : file.size;
      attachments.push({ ...file, size });
    }
    checkSize({ ...row, attachments }, largest);
    const values = { attachments, filesWanted: false, attempts: 0, lastError: null, nextAttemptAt: null };
    // Taken back meanwhile: the files lie there for the next time.
    const kept = await changeOutbox(mail, row.id, queued, { ...values, version: row.version + 1 });
    if (kept) pushOutbox(mail, row);
    return kept;
  } catch (thrown) {
    if (signal.aborted) return false;
    const error = toMailError(thrown);
    const attempts = row.attempts + 1;
    const { event, values } = afterGathering(error, { attempts, sendAt: row.sendAt ?? mail.now(), now: mail.now() });
    mail.log.info('files of a mail not fetched', { outboxId: row.id, code: error.code });
    if (event) await stepOutbox(mail, row, event, values, { version: row.version });
    else if (await changeOutbox(mail, row.id, queued, { ...values, attempts })) pushOutbox(mail, row);
    return false;
  }
}
