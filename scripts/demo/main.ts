import { parseArgs } from 'node:util';
import { startDemo } from './start';
import { Steps } from './steps';

const usage = `npm run demo -- [options]

  --port <port>   where NocoBase listens (default 13000, or a free port)
  --configured    the Client ID and secret are already saved
  --reset         forget earlier demos
  --check         walk through the demo in a headless browser, one line a step, and end
  --help          this text`;

const options = {
  port: { type: 'string' },
  configured: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.check) {
    const { check } = await import('./check');
    process.exit((await check()) ? 0 : 1);
  }
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port wants a port number, not "${values.port}"`);
  }
  const { configured, reset } = values;
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ended.abort());
  const demo = await startDemo({ name: 'demo', port, configured, reset, steps: new Steps(), signal: ended.signal });
  if (!ended.signal.aborted) {
    console.log(demo.description);
    console.log(`READY ${demo.url}`);
    // A pending listener alone does not keep the process alive; the host's pipe does, until it ends.
    await new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  }
  console.log('\nEnding the demo …');
  await demo.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
