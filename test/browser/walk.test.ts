import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../scripts/demo/start';
import { Steps } from '../../scripts/demo/steps';
import type { Walk } from '../../scripts/demo/walk';
import { fillMailboxes, stepsOf, tokenOf, walkers } from '../../scripts/demo/walk/people';
import { freePort } from '../../scripts/host';
import { keepScreenshot, launchBrowser, openSession, type Session } from '../../scripts/lib/browser';

let demo: Demo;
let browser: Browser;

beforeAll(async () => {
  const name = `walk-${randomBytes(3).toString('hex')}`;
  demo = await startDemo({ name, port: await freePort(), keep: false, steps: new Steps(5, () => undefined) });
  await fillMailboxes(demo);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

/** A flaw of the host: its modern client asks for an icon that does not exist. */
const hostFlaw = /favicon_no_exist/;

// The same steps as `npm run demo -- --check`; each builds on the one before.
describe.each(walkers)('in the $runtime client', (walker) => {
  let session: Session;
  let walk: Walk;

  beforeAll(async () => {
    const token = await tokenOf(demo, walker);
    session = await openSession(browser, demo.host.origin, { token, role: walker.role });
    walk = { demo, token, page: session.page, ...walker };
  });

  afterAll(async () => {
    await session?.close();
  });

  test.each(stepsOf(walker))('$name', async ({ name, run }) => {
    try {
      await run(walk);
    } catch (error) {
      await keepScreenshot(session.page, `walk-${walker.runtime}-${name.replace(/\W+/g, '-')}`);
      throw error;
    }
  });

  test('no step leaves an error in the console', () => {
    expect(session.errors.filter((error) => !hostFlaw.test(error))).toEqual([]);
  });
});
