/** `npm run torture -- --seed N [--cuts N] [--kills N] [--sends N] [--messages N]`: a line a phase, a summary, and an exit code. */
import { parseArgs } from 'node:util';
import { ensureCertificates } from '../../sandbox/outlook/certificates';
import { told, torture } from './run';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cuts: { type: 'string', default: '500' },
    kills: { type: 'string', default: '100' },
    sends: { type: 'string', default: '300' },
    messages: { type: 'string', default: '2000' },
  },
});

const number = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} takes a whole number`);
  return value;
};

async function main(): Promise<void> {
  process.env.NODE_EXTRA_CA_CERTS ??= ensureCertificates().ca;
  const options = {
    seed: number('seed'),
    cuts: number('cuts'),
    kills: number('kills'),
    sends: number('sends'),
    messages: number('messages'),
  };
  const started = Date.now();
  console.log(`Torture with seed ${options.seed}`);
  const counts = await torture(options, console.log);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  console.log(`Nothing lost, doubled or skipped: ${told(counts)} (${minutes} minutes)`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    console.log('Torture failed');
    process.exit(1);
  },
);
