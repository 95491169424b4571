/** Notes that a command is about to be sent that cannot be sent twice without looking. */
import type { Pass } from '../pass';
import { groupBy, table, underLease, type Values } from '../rows';
import type { PendingOp, TargetEnd } from './pending';

/**
 * Writes the note, before the command.
 * @returns the ops that are still wanted, as they are noted; an end that was noted earlier stays
 */
export async function markTried(pass: Pass, ops: readonly PendingOp[], end: TargetEnd): Promise<PendingOp[]> {
  const { mail, lease } = pass;
  return underLease(mail, lease, async (transaction) => {
    const rows = (await table(mail, 'mailOps').findAll({
      where: { id: ops.map(({ id }) => id), state: 'pending' },
      attributes: ['id'],
      raw: true,
      transaction,
    })) as unknown as Values[];
    const still = new Set(rows.map((row) => String(row.id)));
    const noted = ops
      .filter(({ id }) => still.has(id))
      .map((op) => ({ ...op, tried: op.tried?.uidValidity === end.uidValidity ? op.tried : end }));
    for (const [, alike] of groupBy(noted, ({ tried }) => JSON.stringify(tried))) {
      await table(mail, 'mailOps').update(
        { tried: alike[0]!.tried },
        { where: { id: alike.map(({ id }) => id) }, hooks: false, silent: true, transaction },
      );
    }
    return noted;
  });
}
