/** A demo and a browser for all tests of a file. */
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type Demo, startDemo } from '../../scripts/demo/start';
import { Steps } from '../../scripts/demo/steps';
import { freePort } from '../../scripts/host';
import { launchBrowser } from '../../scripts/lib/browser';

interface Started {
  demo: Demo;
  browser: Browser;
}

/** Starts both, with the app registration saved, and ends them. @param name of the file @param take is given both */
export function demoForAll(name: string, take: (started: Started) => void): void {
  let demo: Demo | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    const ownName = `${name}-${randomBytes(3).toString('hex')}`;
    const steps = new Steps(5, () => undefined);
    demo = await startDemo({ name: ownName, port: await freePort(), keep: false, configured: true, steps });
    browser = await launchBrowser();
    take({ demo, browser });
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
}
