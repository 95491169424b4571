/** Passes over a mailbox in which nothing happened: what looking costs. */
import { alice } from '../../sandbox/outlook/fixtures';
import { connect } from '../client';
import { messagesIn, type MailboxName } from '../mailbox/snapshot';
import type { FigureGroup, Run, Settings } from '../measure';
import type { SandboxProcess } from '../parts';
import { absolute, ratio } from '../statistics';
import { answered, searchOf, startOfSync, type Command } from '../traffic';
import { withAnchor, withApp, withSandbox, type World } from '../world';

const ROUNDS = 5;

const mailboxOf = ({ quick }: Settings): MailboxName => (quick ? 'quick' : '100k');
const namesOf = (settings: Settings) => ({
  pass: `noChange.pass.${mailboxOf(settings)}.sqlite.loopback`,
  gate: `noChange.gateBytes.${mailboxOf(settings)}.sqlite`,
});

export const noChange: FigureGroup = {
  name: 'noChange',
  figures: (settings) => Object.values(namesOf(settings)),
  async *measure(settings) {
    const mailbox = mailboxOf(settings);
    const names = namesOf(settings);
    const { passes, gates } = await withSandbox(settings, [{ user: alice, mailbox }], (box) =>
      withApp(box, {}, async (world) => {
        settings.say(`no change: first sync of ${mailbox}, not measured`);
        await connect(world.client, box, alice.upn);
        await world.app.call('reached', { stage: 'complete', accounts: 1, every: 200 });
        await world.app.call('stopWorker');
        // The first pass may still find something to tidy up.
        await world.app.call('pass', { full: true });
        settings.say(`no change: ${ROUNDS} passes over ${messagesIn(mailbox)} messages`);
        const passes: Required<Run>[] = [];
        const gates: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          passes.push(await fullPass(box, world));
          gates.push(await gateBytes(box, world));
        }
        return { passes, gates };
      }),
    );
    // A small mailbox says nothing about SEARCH: the fixed costs of a pass are most of it.
    yield ratio(names.pass, settings.quick ? null : 1.3, passes);
    yield absolute(names.gate, 'KB', 1, gates);
  },
};

/** One pass, and what the sandbox saw of it from its list of mailboxes on. */
async function observedPass(box: SandboxProcess, { app }: World, full: boolean) {
  const since = performance.timeOrigin + performance.now();
  const endedAt = await app.call('pass', { full });
  const seen = await box.call('seen', { user: alice.upn });
  const start = startOfSync(seen.commands, since);
  const commands: Command[] = seen.commands.filter(({ at }) => at >= start.at);
  return { start, endedAt, commands, sent: seen.sent };
}

/** A pass that compares everything, and the same SEARCHes by bare imapflow. */
async function fullPass(box: SandboxProcess, world: World): Promise<Required<Run>> {
  const { start, endedAt, commands } = await observedPass(box, world, true);
  const queries = commands.filter(({ command }) => /^UID SEARCH/.test(command)).map(({ command }) => searchOf(command));
  if (queries.length === 0) throw new Error('The pass compared nothing');
  const anchor = await withAnchor(box, alice.upn, (bare) => bare.call('searches', { queries }));
  return { value: endedAt - start.at, anchor: anchor.ms };
}

/** KB sent about the inbox by a pass that found its STATUS unchanged, without the flags of the recent window. */
async function gateBytes(box: SandboxProcess, world: World): Promise<number> {
  const { commands, sent } = await observedPass(box, world, false);
  if (commands.some(({ command }) => /^UID SEARCH/.test(command))) throw new Error('STATUS was not unchanged');
  const gate = answered(commands, sent).filter(({ command }) => /^(STATUS|EXAMINE|SELECT) INBOX\b/.test(command));
  return gate.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
}
