/**
 * The whole app in a process of its own, on the tables of an app that was installed by a test (`startAppProcess`): without a cluster
 * adapter, as an administrator would start a second one. Answers `logs` with what it has logged.
 */
import { createTestApp } from './app';

async function main(): Promise<void> {
  const { logs } = await createTestApp();
  process.on('message', (word) => word === 'logs' && process.send?.({ logs: logs.text() }));
  // Whoever started it is gone: so is the reason to go on.
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void main();
