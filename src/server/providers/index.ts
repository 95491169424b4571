/** The providers there are: a second one is one folder and one line here. */
import { MailError } from '../errors';
import { microsoft } from './microsoft';
import type { Provider } from './types';

export const providers: readonly Provider[] = [microsoft];

/** @throws MailError permanent `providerUnknown` */
export function providerOf(name: unknown): Provider {
  const found = providers.find((provider) => provider.name === name);
  if (!found) throw new MailError('permanent', 'providerUnknown');
  return found;
}
