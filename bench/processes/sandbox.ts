/** The sandbox in a process of its own; told by the environment where (`BENCH_DIR`) and for whom (`BENCH_USERS`, JSON). */
import { startSandbox, type Network, type Sandbox, type SandboxUser } from '../../sandbox/outlook';
import type { ControlState } from '../../sandbox/outlook';
import { serve } from './rpc';

let box: Sandbox;

/** What the benchmark asks of the sandbox. */
export const sandboxHandlers = {
  async start() {
    const dir = process.env.BENCH_DIR ?? '';
    const users = JSON.parse(process.env.BENCH_USERS ?? '[]') as SandboxUser[];
    box = await startSandbox({ dir, users });
    return box.settings;
  },
  token: ({ user }: { user: string }) => box.token(user),
  signIn: ({ url, user }: { url: string; user: string }) => box.signIn(url, user),
  seed: ({ user, messages }: { user: string; messages: { raw: Uint8Array; internalDate: Date; flags: string[] }[] }) =>
    box.mail.seed(
      user,
      'INBOX',
      messages.map((message) => ({ ...message, raw: Buffer.from(message.raw) })),
    ),
  deliver: ({ from, to, raw }: { from: string; to: string; raw: string }) => box.mail.deliver(from, to, raw),
  setNetwork: (network: Network | 'instant' | 'honest') => box.control.setNetwork(network),
  /** Commands of a user and bytes he was sent, since the last reset. */
  seen({ user }: { user: string }) {
    const own = <T extends { user: string }>(all: T[]) => all.filter((one) => one.user === user.toLowerCase());
    const state: ControlState = box.control.state();
    return { commands: own(state.imapCommands), exists: own(state.imapExists), sent: state.imapSent[user] ?? 0 };
  },
  /** When mail was accepted so far, in milliseconds since 1970. */
  submissions: () => box.control.state().submissions.map(({ at }) => at),
  connections: () => box.control.state().imapConnections.length,
};
export type SandboxHandlers = typeof sandboxHandlers;

serve(sandboxHandlers, async () => box?.stop());
