import { alice, bob, type SandboxUser } from '../../../sandbox/outlook';
import { seedDemo } from '../../../sandbox/outlook/demo';
import type { Runtime } from '../../lib/browser';
import type { Demo } from '../start';
import { firstVisit, mailSteps, type Step } from './index';

/** Who walks through which runtime, with which mailbox. */
export interface Walker {
  runtime: Runtime;
  role: 'root' | 'admin';
  mailbox: SandboxUser;
}

/** One for each runtime, with a mailbox of his own: nobody's start is spoiled by the other. */
export const walkers: Walker[] = [
  { runtime: 'legacy', role: 'root', mailbox: alice },
  { runtime: 'modern', role: 'admin', mailbox: bob },
];

/** The first walker also sets the plugin up. */
export function stepsOf(walker: Walker): Step[] {
  return walker === walkers[0] ? [...firstVisit, ...mailSteps] : mailSteps;
}

/** Fills the mailboxes that a demo does not fill by itself. */
export async function fillMailboxes({ sandbox }: Demo): Promise<void> {
  await seedDemo(sandbox, bob.upn, new Date());
}

/** Signs a walker in; a second administrator is created first. */
export async function tokenOf({ host }: Demo, { role }: Walker): Promise<string> {
  const root = await host.signIn();
  if (role === 'root') return root;
  const username = 'second';
  const password = `${username}-password`;
  const person = { username, nickname: 'Second administrator', email: `${username}@example.com`, password };
  const answer = await host.api('users:create', { token: root, body: { ...person, roles: [role] } });
  if (answer.status !== 200) throw new Error(`The second user could not be created: ${answer.status}`);
  return host.signIn(username, password);
}
