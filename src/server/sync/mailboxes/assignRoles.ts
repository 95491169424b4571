/** Writes the roles that follow from lists and choices, on the mailboxes and on the threads that lie in them. */
import type { Transaction } from 'sequelize';
import type { MailboxRole } from '../../../shared/types';
import type { MailContext } from '../../context';
import { table, type Values } from '../rows';
import { effectiveRoles } from './planList';

/** For all mailboxes of an account. */
export async function assignRoles(mail: MailContext, accountId: string, transaction: Transaction): Promise<void> {
  const rows = (await table(mail, 'mailboxes').findAll({
    where: { accountId },
    attributes: ['id', 'role', 'listedRole', 'chosenRole', 'missingSince'],
    raw: true,
    transaction,
  })) as unknown as Values[];
  const roles = effectiveRoles(
    rows.map((row) => ({
      id: String(row.id),
      listedRole: (row.listedRole as MailboxRole | null) ?? 'none',
      chosenRole: (row.chosenRole as MailboxRole | null) ?? null,
      missing: Boolean(row.missingSince),
    })),
  );
  const options = { hooks: false, silent: true, transaction };
  for (const row of rows) {
    const role = roles.get(String(row.id)) ?? 'none';
    if (role === row.role) continue;
    await table(mail, 'mailboxes').update({ role }, { ...options, where: { id: row.id } });
    await table(mail, 'mailThreadMailboxes').update({ role }, { ...options, where: { mailboxId: row.id } });
  }
}
