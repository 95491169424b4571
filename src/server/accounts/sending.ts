/** Whether an account may send: "can read, cannot send" is a state of its own, and ends by itself once somebody has mended it. */
import { LIVE_EVENTS } from '../../shared/constants';
import type { ErrorView } from '../../shared/types';
import type { Login, MailContext } from '../context';
import { toMailError } from '../errors';
import { probeSmtp } from '../submission/smtp';
import { withLogin } from './credentials';
import { updateAccount, type AccountRow } from './rows';

/** Why a login may not send, null when it may; undefined while nobody can tell, since sending itself tries again. */
export async function refusalOfSending(mail: MailContext, login: Login): Promise<ErrorView | null | undefined> {
  try {
    await probeSmtp(login, mail.log);
    return null;
  } catch (thrown) {
    const error = toMailError(thrown);
    if (error.code === 'bug') throw error;
    return error.kind === 'permanent' || error.kind === 'reauthorize' ? error.toView() : undefined;
  }
}

/** Looks again whether an account that could not send may send now. */
export async function recheckSending(mail: MailContext, account: AccountRow): Promise<void> {
  if (!account.sendBlocked) return;
  const refusal = await withLogin(mail, account.id, 'smtp', (login) => refusalOfSending(mail, login));
  if (refusal === undefined) return;
  await updateAccount(mail, { id: account.id }, { sendBlocked: refusal });
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });
}
