/** Whether an account may send: "can read, cannot send" is a state of its own, and ends by itself once somebody has mended it. */
import { LIVE_EVENTS } from '../../shared/constants';
import type { Login, MailContext } from '../context';
import { toMailError, type MailError } from '../errors';
import { probeSmtp } from '../submission/smtp';
import { isLoginRefused, withLogin } from './credentials';
import { updateAccount, type AccountRow } from './rows';

/** What a try of the submission server's login has shown. */
export interface SendingProbe {
  /** Why it may not send, null when it may; undefined while nobody can tell, since sending itself tries again. */
  refusal: MailError | null | undefined;
  /** Largest message the server takes, in octets; null where it did not say. */
  largestMessage: number | null;
}

/** Tries whether a login may send. No mail leaves. */
export async function probeSending(mail: MailContext, login: Login): Promise<SendingProbe> {
  try {
    const size = await probeSmtp(login, mail.log);
    return { refusal: null, largestMessage: size || null };
  } catch (thrown) {
    const error = toMailError(thrown);
    if (error.code === 'bug') throw error;
    const lasting = error.kind === 'permanent' || error.kind === 'reauthorize';
    return { refusal: lasting ? error : undefined, largestMessage: null };
  }
}

/** Looks again whether an account that could not send may send now. */
export async function recheckSending(mail: MailContext, account: AccountRow): Promise<void> {
  if (!account.sendBlocked) return;
  const probe = await withLogin(mail, account.id, 'smtp', async (login) => {
    const found = await probeSending(mail, login);
    // The token may have been revoked before its time: only what is thrown has it renewed.
    if (isLoginRefused(found.refusal)) throw found.refusal;
    return found;
  }).catch((thrown: unknown) => {
    // Noted on the account already.
    if (isLoginRefused(thrown)) return null;
    throw thrown;
  });
  if (!probe || probe.refusal === undefined) return;
  const { refusal, largestMessage } = probe;
  const sendBlocked = refusal?.toView() ?? null;
  await updateAccount(mail, { id: account.id }, { sendBlocked, ...(largestMessage && { largestMessage }) });
  mail.push(account.userId, LIVE_EVENTS.account, { accountId: account.id });
}
