/** Checks a provider's set-up line by line, as far as it can be told without a user's sign-in. */
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SECOND } from '../../shared/constants';
import type { ErrorView, VerifyStep } from '../../shared/types';
import type { Endpoint, MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { providerOf } from '../providers';
import type { ProviderConfig } from '../providers/types';
import { configOf } from './config';
import { noteGoodToken, noteRefusedRegistration } from './registration';
import { isAcceptedOrigin } from './returnPath';
import { accountBind, accountsWhere, providerRow } from './rows';

const REACH_TIMEOUT = 10 * SECOND;

/** @returns all lines, in the order in which an administrator mends them */
export async function verifyProvider(mail: MailContext, name: unknown, redirectUri: string): Promise<VerifyStep[]> {
  const provider = providerOf(name);
  const row = await providerRow(mail, provider.name);
  const origin = new URL(redirectUri).origin;
  const publicUrl = step('publicUrl', isAcceptedOrigin(origin) ? null : administrators('publicUrlHttp', { origin }));
  if (!row) return [step('clientId', administrators('clientIdMissing')), publicUrl];
  let config: ProviderConfig;
  try {
    config = await configOf(mail, row);
  } catch (thrown) {
    const error = toMailError(thrown);
    return [step(error.code.startsWith('secret') ? 'clientSecret' : 'authority', error.toView()), publicUrl];
  }
  const wrong = provider.check(config);
  if (wrong) return [step(stepOf(wrong.code), wrong), publicUrl];
  const [authority, secret, imap, smtp] = await Promise.all([
    outcome(() => provider.checkAuthority(config)),
    secretRefusal(mail, provider.name, config),
    outcome(() => reach(config.imap)),
    outcome(() => reach(config.smtp)),
  ]);
  return [
    step('clientId', null),
    secret === 'unknown' ? { step: 'clientSecret', status: 'skipped' } : step('clientSecret', secret),
    publicUrl,
    step('authority', authority),
    step('imapHost', imap),
    step('smtpHost', smtp),
  ];
}

const administrators = (code: string, params?: Record<string, string>): ErrorView =>
  new MailError('permanent', code, { who: 'administrator', params }).toView();

const step = (name: VerifyStep['step'], error: ErrorView | null): VerifyStep =>
  error ? { step: name, status: 'failed', error } : { step: name, status: 'ok' };

const stepOf = (code: string): VerifyStep['step'] =>
  code.startsWith('clientId') ? 'clientId' : code.startsWith('tenant') ? 'authority' : 'clientSecret';

async function outcome(check: () => Promise<void>): Promise<ErrorView | null> {
  try {
    await check();
    return null;
  } catch (thrown) {
    return toMailError(thrown).toView();
  }
}

/**
 * Whether Microsoft takes the secret: only a token call tells, and only a connected mailbox can make one. The renewed token is
 * thrown away, since refresh tokens stay valid when a new one is given.
 */
async function secretRefusal(
  mail: MailContext,
  name: string,
  config: ProviderConfig,
): Promise<ErrorView | null | 'unknown'> {
  const provider = providerOf(name);
  const accounts = await accountsWhere(mail, { provider: name, state: 'active' });
  // One that was connected under other settings says nothing of these, and its authority may not be allowed any more.
  const present = accounts.filter(({ authority }) => authority === provider.authority(config));
  for (const account of present.slice(0, 3)) {
    try {
      const credentials = await mail.decrypt(account.credentials ?? '', accountBind(account.id));
      await provider.accessToken(config, account.authority, credentials, account.homeAccountId, true);
      await noteGoodToken(mail, name);
      return null;
    } catch (thrown) {
      const error = toMailError(thrown);
      if (!provider.registrationCodes.includes(error.code)) continue;
      await noteRefusedRegistration(mail, name, error);
      return error.toView();
    }
  }
  return 'unknown';
}

/** Opens a connection and closes it again. @throws MailError transient `serverUnreachable` */
function reach({ host, port, secure }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = secure
      ? connectTls({ host, port, servername: host, timeout: REACH_TIMEOUT }, done)
      : connectPlain({ host, port, timeout: REACH_TIMEOUT }, done);
    const fail = () => {
      socket.destroy();
      reject(
        new MailError('transient', 'serverUnreachable', { who: 'administrator', params: { host: `${host}:${port}` } }),
      );
    };
    function done() {
      socket.destroy();
      resolve();
    }
    socket.once('error', fail);
    socket.once('timeout', fail);
  });
}
