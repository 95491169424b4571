/**
 * The thread that has the connections of passes: what servers send is parsed, decoded and cut into words away from the app's event loop.
 * Built as a file of its own, dist/server/readerWorker.js.
 */
import dns from 'node:dns';
import net from 'node:net';
import os from 'node:os';
import { setImmediate as turnOver } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { toMailError } from '../../errors';
import type { Fetched } from '../../imap/fetch';
import { openSession, type DirectSession } from '../../imap/session';
import type { NetworkHabits } from '../../threads';
import { fromWire, toWire, type FromThread, type ToThread } from './protocol';
import { readWith } from './reads';
import { keepMemory } from './utf8';

const { order, autoSelectFamily } = workerData as NetworkHabits;
dns.setDefaultResultOrder(order);
net.setDefaultAutoSelectFamily(autoSelectFamily);

letAppFirst();

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Work without a pause, in milliseconds: connections share the thread. */
const LONGEST_STRETCH = 20;

const sessions = new Map<number, { session: Promise<DirectSession>; drop: AbortController }>();
const say = (message: FromThread, handedOver: ArrayBuffer[] = []) => parentPort?.postMessage(message, handedOver);

let paused = performance.now();
const turn = () => {
  if (performance.now() - paused < LONGEST_STRETCH) return undefined;
  return turnOver().then(() => {
    paused = performance.now();
  });
};

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'drop') return void sessions.get(message.session)?.drop.abort();
  if (message.kind === 'memory') return keepMemory(message.memory);
  if (message.kind === 'ping') return say({ call: message.call, value: null, failure: null });
  answer(message)
    .then((reply) => say(reply, message.kind === 'read' ? memoryOf(reply) : []))
    // What cannot be passed on is an error too.
    .catch((error: unknown) => say({ call: message.call, error: toWire(toMailError(error)) }));
});

/**
 * Where there are too few processors for both, the app's own thread has the first turn. Linux only: elsewhere the priority is that
 * of the whole process (setpriority(2), C library/kernel differences).
 */
function letAppFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: they take turns.
  }
}

type Question = Exclude<ToThread, { kind: 'drop' | 'memory' | 'ping' }>;

async function answer(question: Question): Promise<FromThread> {
  const { call } = question;
  const done = (value: unknown): FromThread => ({ call, value, failure: null });
  if (question.kind === 'open') return done(await open(question));
  const session = await sessions.get(question.session)?.session;
  if (!session) throw fromWire({ kind: 'transient', code: 'connectionLost', who: 'nobody' });
  switch (question.kind) {
    case 'command': {
      const { name, args } = question;
      const value = await session.ask((client) =>
        (client[name] as (...args: unknown[]) => Promise<unknown>).apply(client, args),
      );
      // imapflow answers `false` where it was refused.
      return { call, value, failure: toWire(session.failure()) };
    }
    case 'rows':
      return fetched(call, await session.rows(question.uids, question.query));
    case 'read':
      return fetched(call, await readWith(session)(question.name, question.args as never));
    case 'close':
      await session.close();
      return done(null);
  }
}

const fetched = (call: number, { found, failure }: Fetched<unknown>): FromThread => ({
  ...{ call, value: found, failure: failure && toWire(failure) },
});

/** The memory of what was read (utf8.ts) is handed over instead of copied: it is most of what crosses. */
function memoryOf(reply: FromThread): ArrayBuffer[] {
  const rows = 'value' in reply && Array.isArray(reply.value) ? (reply.value as object[]) : [];
  const memory = new Set<ArrayBuffer>();
  for (const row of rows) {
    for (const value of Object.values(row)) if (value instanceof Uint8Array) memory.add(value.buffer as ArrayBuffer);
  }
  return [...memory];
}

/** @returns what the server can do */
async function open({ session: number, login }: Extract<Question, { kind: 'open' }>): Promise<string[]> {
  const drop = new AbortController();
  const mistaken = (error: unknown) => say({ session: number, mistake: toWire(toMailError(error)) });
  const opening = openSession(login, silent, { signal: drop.signal, turn, mistaken });
  sessions.set(number, { session: opening, drop });
  try {
    const session = await opening;
    session.client.once('close', () => {
      sessions.delete(number);
      say({ session: number, ended: toWire(session.failure()) });
    });
    return [...session.client.capabilities.keys()];
  } catch (error) {
    sessions.delete(number);
    throw error;
  }
}
