import { alice, bob, type SandboxUser } from '../../../sandbox/outlook';
import { seedDemo } from '../../../sandbox/outlook/demo';
import type { Runtime } from '../../lib/browser';
import type { Demo } from '../start';
import { firstVisit, mailSteps, type Step } from './index';
import { letter } from './letters';

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

/** Fills the mailboxes that a demo does not fill by itself, and puts a mail on top of each that can be answered. */
export async function fillMailboxes({ sandbox }: Demo): Promise<void> {
  await seedDemo(sandbox, bob.upn, new Date());
  const text = 'Hello,\r\n\r\nmay I show you the new greenhouse on Friday?';
  const html = '<p>Hello,</p>\r\n<p>may I show you the <b>new</b> greenhouse on Friday?</p>';
  for (const { mailbox } of walkers) {
    await sandbox.mail.append(mailbox.upn, 'INBOX', letter(mailbox.upn, { subject: 'A visit', text, html }));
  }
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
