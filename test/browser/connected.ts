/** A mailbox connected as the sign-in page would, without a browser. */
import type { SandboxUser } from '../../sandbox/outlook';
import type { Demo } from '../../scripts/demo/start';

/** Returns the id of the account. */
export async function connect({ host, sandbox }: Demo, token: string, { upn }: SandboxUser): Promise<string> {
  let cookie = '';
  const post = async <T>(action: string, body: object): Promise<T> => {
    const answer = await fetch(`${host.origin}/api/${action}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: host.origin, cookie },
      body: JSON.stringify(body),
    });
    // The sign-in is bound to it.
    cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const { data } = (await answer.json()) as { data: T };
    if (!answer.ok) throw new Error(`${action} was answered with ${answer.status}`);
    return data;
  };
  const start = { provider: 'microsoft', returnPath: '/admin/mail' };
  const { authorizeUrl } = await post<{ authorizeUrl: string }>('mailAccounts:connect', start);
  const back = new URL(await sandbox.signIn(authorizeUrl, upn));
  const finish = Object.fromEntries(back.searchParams);
  const { accountId } = await post<{ accountId: string | null }>('mailAccounts:finish', finish);
  if (!accountId) throw new Error(`${upn} could not be connected`);
  return accountId;
}
