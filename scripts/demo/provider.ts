import type { Sandbox } from '../../sandbox/outlook';
import type { ProviderInput } from '../../src/shared/types';
import type { Host } from '../host';

/** Saves the app registration as an administrator would who pastes the Client ID and secret. */
export async function configureProvider(host: Host, sandbox: Sandbox): Promise<void> {
  const { clientId, clientSecret } = sandbox.settings;
  await save(host, { ...hosts(sandbox), clientId, clientSecret });
}

/** Leaves the Client ID and secret to be pasted, but has the settings point at the local Microsoft 365. */
export async function prepareProvider(host: Host, sandbox: Sandbox): Promise<void> {
  const token = await host.signIn();
  const { data } = await host.api<{ name: string; clientId: string; advanced: object }[]>('mailProviders:list', {
    token,
  });
  const clientId = (Array.isArray(data) && data.find(({ name }) => name === 'microsoft')?.clientId) || '';
  await save(host, { ...hosts(sandbox), clientId });
}

function hosts({ settings }: Sandbox): Pick<ProviderInput, 'name' | 'accountTypes' | 'advanced'> {
  const { authorityHost, imap, smtp } = settings;
  return { name: 'microsoft', accountTypes: 'common', advanced: { authorityHost, imap, smtp } };
}

async function save(host: Host, values: ProviderInput): Promise<void> {
  const token = await host.signIn();
  const answer = await host.api('mailProviders:save', { token, body: values });
  if (answer.status !== 200) {
    throw new Error(`The email settings could not be saved: ${answer.status} ${JSON.stringify(answer.data)}`);
  }
}
