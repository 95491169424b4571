/** Calls between the benchmark and the processes it starts: every measured part has an event loop of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { builtFolder, MEASURED } from './built';

/** Functions a process offers; arguments and results cross as structured clones. */
export type Handlers = Record<string, (args: never) => unknown>;

interface Call {
  id: number;
  name: string;
  args: unknown;
}
interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

type ArgsOf<H> = H extends () => unknown ? [] : H extends (args: infer A) => unknown ? [A] : never;
type ResultOf<H> = H extends (args: never) => infer R ? Awaited<R> : never;

/** A process of the benchmark that runs. */
export interface Running<H extends Handlers> {
  pid: number;
  call<N extends keyof H & string>(name: N, ...args: ArgsOf<H[N]>): Promise<ResultOf<H[N]>>;
  stop(): Promise<void>;
}

const STOP_WITHIN = 20_000;
const children = new Set<ChildProcess>();
let ending = false;

/** Ends all processes that were started, as when the benchmark is told to end; no more are started then. */
export async function stopAll(): Promise<void> {
  ending = true;
  await Promise.all([...children].map(stop));
}

/** It is asked to tidy up, and killed where it does not. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.send({ id: 0, name: 'stop', args: undefined });
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN);
  await ended;
  clearTimeout(timer);
}

/** Answers calls of the process that started this one, until it ends. */
export function serve(handlers: Handlers, stop: () => Promise<void> = async () => undefined): void {
  let stopping: Promise<void> | undefined;
  const end = () => {
    stopping ??= stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('message', ({ id, name, args }: Call) => {
    if (name === 'stop') return end();
    const answer = (reply: Omit<Answer, 'id'>) => process.send?.({ id, ...reply });
    Promise.resolve()
      .then(() => handlers[name]!(args as never))
      .then(
        (result) => answer({ result }),
        (error: unknown) => answer({ error: `${String(error)}\n${error instanceof Error ? error.stack : ''}` }),
      );
  });
  process.on('disconnect', end);
  // A terminal sends them to all; the benchmark says when to end.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.send?.('ready');
}

/**
 * Starts `bench/processes/<name>.ts`, built where it is {@link MEASURED}.
 * @throws Error when it ends before it can be called
 */
export async function startProcess<H extends Handlers>(name: string, env: Record<string, string>): Promise<Running<H>> {
  if (ending) throw new Error('The benchmark ends');
  const measured = MEASURED.includes(name);
  const file = measured ? path.join(builtFolder, `${name}.js`) : path.join(import.meta.dirname, `${name}.ts`);
  const child = fork(file, [], {
    execArgv: [...(measured ? [] : ['--import', 'tsx']), '--expose-gc'],
    serialization: 'advanced',
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (first !== 'ready') throw new Error(`The process ${name} did not start`);
  return running(name, child);
}

function running<H extends Handlers>(name: string, child: ChildProcess): Running<H> {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let calls = 0;
  child.on('message', ({ id, result, error }: Answer) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(result as never);
    else one?.reject(new Error(`${name}: ${error}`));
  });
  child.on('exit', () => {
    for (const one of waiting.values()) one.reject(new Error(`The process ${name} ended`));
    waiting.clear();
  });
  return {
    pid: child.pid!,
    call: (called, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, { resolve, reject });
        child.send({ id, name: called, args: args[0] }, (error) => error && reject(error));
      }),
    stop: () => stop(child),
  };
}
