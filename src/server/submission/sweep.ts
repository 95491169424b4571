/** Spool hygiene: folders whose mail is gone or has left are removed, whoever made them and whatever stopped them from cleaning up. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { HOUR } from '../../shared/constants';
import { rowIdOf } from '../../shared/ids';
import type { MailContext } from '../context';
import { removeSpool, spoolFolder } from '../spoolFolder';
import { outboxModel } from './outbox';

/** A folder may be older than its row's commit by the length of an upload. */
const SAFE_AGE = 6 * HOUR;
const BATCH = 200;

/** @returns how many folders were removed */
export async function sweepSpool(mail: MailContext): Promise<number> {
  const names = (await readdir(spoolFolder(mail)).catch(() => [])).filter((name) => rowIdOf(name));
  let removed = 0;
  for (let start = 0; start < names.length; start += BATCH) {
    const batch = names.slice(start, start + BATCH);
    const rows = await outboxModel(mail).findAll({ where: { id: batch }, attributes: ['id', 'state'] });
    const needed = new Set(rows.filter((row) => row.get('state') !== 'sent').map((row) => String(row.get('id'))));
    for (const name of batch.filter((one) => !needed.has(one))) {
      const { mtimeMs } = await stat(path.join(spoolFolder(mail), name)).catch(() => ({ mtimeMs: Infinity }));
      if (mail.now().getTime() - mtimeMs < SAFE_AGE) continue;
      await removeSpool(mail, name);
      removed += 1;
    }
  }
  if (removed > 0) mail.log.info('spool swept', { removed });
  return removed;
}
