/** New mail by IDLE: from the server's untagged EXISTS to the browser, and what a watched account costs. */
import { setTimeout as pause } from 'node:timers/promises';
import { alice } from '../../sandbox/outlook/fixtures';
import { connect } from '../client';
import type { FigureGroup, Settings } from '../measure';
import type { SandboxProcess } from '../parts';
import { absolute, quantile } from '../statistics';
import { withApp, withSandbox, type World } from '../world';

const TARGETS = { p50: 100, p99: 300 };
const PATIENCE = 30_000;

const NAMES = {
  eventP50: 'push.existsToEvent.p50.sqlite.loopback',
  eventP99: 'push.existsToEvent.p99.sqlite.loopback',
  readableP50: 'push.existsToReadable.p50.sqlite.loopback',
  readableP99: 'push.existsToReadable.p99.sqlite.loopback',
};

export const push: FigureGroup = {
  name: 'push',
  figures: () => Object.values(NAMES),
  async *measure(settings) {
    const mails = settings.quick ? 15 : 100;
    settings.say(`push: ${mails} mails, one after the other`);
    const arrivals = await withSandbox(settings, [{ user: alice, mailbox: null }], (box) =>
      withApp(box, {}, async (world) => {
        await connect(world.client, box, alice.upn);
        await world.app.call('reached', { stage: 'complete', accounts: 1 });
        await idling(box, settings);
        // The first one finds cold code.
        await deliver(box, world, 0);
        const measured: Arrival[] = [];
        for (let mail = 1; mail <= mails; mail++) measured.push(await deliver(box, world, mail));
        return measured;
      }),
    );
    const events = arrivals.map(({ event }) => event);
    const readable = arrivals.map((arrival) => arrival.readable);
    yield absolute(NAMES.eventP50, 'ms', TARGETS.p50, events);
    yield absolute(NAMES.eventP99, 'ms', TARGETS.p99, events, quantile(events, 0.99));
    yield absolute(NAMES.readableP50, 'ms', TARGETS.p50, readable);
    yield absolute(NAMES.readableP99, 'ms', TARGETS.p99, readable, quantile(readable, 0.99));
  },
};

/** Milliseconds from the EXISTS that told of a mail. */
interface Arrival {
  event: number;
  readable: number;
}

async function idling(box: SandboxProcess, { say }: Settings): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { commands } = await box.call('seen', { user: alice.upn });
    if (commands.some(({ command }) => command === 'IDLE')) return;
    if (Date.now() > deadline) throw new Error('The inbox is not watched');
    say('push: waiting for IDLE');
    await pause(1000);
  }
}

async function deliver(box: SandboxProcess, { app, client }: World, number: number): Promise<Arrival> {
  const subject = `Push ${number}`;
  const before = (await box.call('seen', { user: alice.upn })).exists.length;
  const told = app.call('watchThreads');
  await box.call('deliver', { from: 'bob@contoso.onmicrosoft.com', to: alice.upn, raw: mailOf(subject) });
  const eventAt = await told;
  // A browser asks when it is told, and not before.
  let readableAt = 0;
  const deadline = Date.now() + PATIENCE;
  while (readableAt === 0) {
    const [newest] = await client.get<{ subject: string }[]>('mailMessages:list?pageSize=1&sort=-date');
    if (newest?.subject === subject) readableAt = performance.timeOrigin + performance.now();
    else if (Date.now() > deadline) throw new Error(`${subject} did not arrive`);
  }
  const { exists } = await box.call('seen', { user: alice.upn });
  const existsAt = exists[before]?.at;
  if (existsAt === undefined) throw new Error('The server told nobody of the mail');
  // Nothing of this mail may run into the next one.
  await pause(250);
  return { event: eventAt - existsAt, readable: readableAt - existsAt };
}

function mailOf(subject: string): string {
  const headers = {
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    From: 'Bob Lindqvist <bob@contoso.onmicrosoft.com>',
    To: alice.upn,
    Subject: subject,
    'Message-ID': `<${subject.replace(' ', '.')}.${Date.now()}@contoso.onmicrosoft.com>`,
    'Content-Type': 'text/plain; charset=utf-8',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, '', 'Short words that arrive at once.', ''].join('\r\n');
}
