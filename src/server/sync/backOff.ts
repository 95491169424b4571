/** A server that tells one connection to wait means the whole account. */
import { Op } from 'sequelize';
import { LIVE_EVENTS } from '../../shared/constants';
import type { MailContext } from '../context';
import type { MailError } from '../errors';
import { readAccount, table } from './rows';

/** Keeps passes, too, from asking before a throttling server said; other errors concern the connection alone. */
export async function tellToWait(mail: MailContext, accountId: string, error: MailError, until: Date): Promise<void> {
  if (error.kind !== 'throttled') return;
  const sooner = { [Op.or]: [{ backOffUntil: null }, { backOffUntil: { [Op.lt]: until } }] };
  const [changed] = await table(mail, 'mailAccounts').update(
    { backOffUntil: until, nextSyncAt: until, lastError: error.toView() },
    { where: { id: accountId, state: 'active', ...sooner }, hooks: false, silent: true },
  );
  const account = changed ? await readAccount(mail, accountId) : null;
  if (account) mail.push(account.userId, LIVE_EVENTS.account, { accountId });
}
