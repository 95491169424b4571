/** HTTP actions of `mailAccounts`: every user for his own accounts, and nobody for another's. */
import { SECOND, SIGN_IN_LIFETIME } from '../../shared/constants';
import type { AccountView } from '../../shared/types';
import { ownedAccount } from '../access/owned';
import { finishSignIn, signInStatus, startSignIn, type StartedSignIn } from '../accounts/connect';
import { changeAccount, disconnectAccount, pauseAccount, resumeAccount, syncAccountNow } from '../accounts/life';
import { connectableProviders, listAccounts } from '../accounts/list';
import type { AccountRow } from '../accounts/rows';
import { recheckSending } from '../accounts/sending';
import { cookieNameOf } from '../accounts/signIns';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { readerThread } from '../sync/reader/readerThread';
import type { ActionDefinitions, ActionRequest } from './action';
import { redirectUriFor } from './origin';

const own = async (mail: MailContext, { viewer, id }: ActionRequest): Promise<AccountRow> =>
  (await ownedAccount(mail, viewer, id)) as unknown as AccountRow;

const text = (value: unknown, longest: number): string | undefined =>
  typeof value === 'string' && value.length <= longest ? value : undefined;

/** @throws MailError permanent `dateInvalid` */
function dateOf(value: unknown): Date | null | undefined {
  if (value === undefined || value === null) return value;
  const date = new Date(typeof value === 'string' ? value : NaN);
  if (!(date.getTime() >= 0) || date.getUTCFullYear() > 9999) throw new MailError('permanent', 'dateInvalid');
  return date;
}

async function view(mail: MailContext, request: ActionRequest): Promise<AccountView> {
  const { id } = await ownedAccount(mail, request.viewer, request.id);
  const [account] = await listAccounts(mail, request.viewer.userId, { id });
  if (!account) throw new MailError('permanent', 'notFound');
  return account;
}

/** Host cookies cannot be told "secure" behind a proxy that ends TLS, so the header is written here. */
function setCookie({ ctx }: ActionRequest, name: string, value: string, maxAgeSeconds: number): void {
  const secure = redirectUriFor(ctx).startsWith('https:') ? '; Secure' : '';
  const path = process.env.API_BASE_PATH || '/api/';
  ctx.append('Set-Cookie', `${name}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`);
}

function begun(request: ActionRequest, { start, cookie }: StartedSignIn) {
  setCookie(request, cookie.name, cookie.value, SIGN_IN_LIFETIME / SECOND);
  return start;
}

export const mailAccounts: ActionDefinitions = {
  list: {
    access: 'loggedIn',
    handler: async ({ viewer }, mail) => ({
      accounts: await listAccounts(mail, viewer.userId),
      providers: await connectableProviders(mail),
    }),
  },
  connect: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const { provider, returnPath, startDate } = request.values;
      const started = await startSignIn(mail, {
        userId: request.viewer.userId,
        provider: text(provider, 64) ?? '',
        returnPath,
        startDate: dateOf(startDate),
        redirectUri: redirectUriFor(request.ctx),
      });
      // It is ready by the time the user comes back from Microsoft.
      readerThread.prepare();
      return begun(request, started);
    },
  },
  reconnect: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const account = await own(mail, request);
      const started = await startSignIn(mail, {
        userId: request.viewer.userId,
        provider: account.provider,
        returnPath: request.values.returnPath,
        reconnect: account,
        redirectUri: redirectUriFor(request.ctx),
      });
      return begun(request, started);
    },
  },
  finish: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const { state, code, error, errorDescription } = request.values;
      const known = text(state, 200) ?? '';
      const status = await finishSignIn(
        mail,
        request.viewer.userId,
        {
          state: known,
          // Codes of personal accounts are short, those of work accounts run to some kilobytes.
          code: text(code, 20_000),
          error: text(error, 200),
          errorDescription: text(errorDescription, 20_000),
        },
        (name) => request.ctx.cookies.get(name),
      );
      setCookie(request, cookieNameOf(known), '', 0);
      return status;
    },
  },
  status: {
    access: 'loggedIn',
    handler: ({ viewer, id }, mail) => signInStatus(mail, viewer.userId, id),
  },
  sync: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const account = await own(mail, request);
      await syncAccountNow(mail, account);
      await recheckSending(mail, account);
    },
  },
  pause: {
    access: 'loggedIn',
    handler: async (request, mail) => pauseAccount(mail, await own(mail, request)),
  },
  resume: {
    access: 'loggedIn',
    handler: async (request, mail) => resumeAccount(mail, await own(mail, request)),
  },
  update: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const account = await own(mail, request);
      const { displayName, startDate } = request.values;
      await changeAccount(mail, account, {
        ...(text(displayName, 200) !== undefined && { displayName: text(displayName, 200) }),
        ...(startDate !== undefined && { startDate: dateOf(startDate) }),
      });
      return view(mail, request);
    },
  },
  disconnect: {
    access: 'loggedIn',
    handler: async (request, mail) => {
      const { keepMail } = request.values;
      if (typeof keepMail !== 'boolean')
        throw new MailError('permanent', 'invalidInput', { params: { field: 'keepMail' } });
      await disconnectAccount(mail, await own(mail, request), keepMail);
    },
  },
};
