import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { ensureDebianPackages } from '../../sandbox/outlook';
import { keepScreenshot, launchBrowser, openSession, type Session } from '../lib/browser';
import { freePort } from '../host/process';
import { type Demo, startDemo } from './start';
import { Steps } from './steps';
import type { Step, Walk } from './walk';
import { fillMailboxes, stepsOf, tokenOf, type Walker, walkers } from './walk/people';

/**
 * Walks through a fresh demo as people do, in both runtimes, and keeps a picture of every step.
 * @returns whether every step went well
 */
export async function check(): Promise<boolean> {
  ensureDebianPackages(['chromium'], (line) => console.log(line));
  const name = `check-${randomBytes(3).toString('hex')}`;
  const demo = await startDemo({ name, port: await freePort(), keep: false, steps: new Steps() });
  const end = () => void demo.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  const browser = await launchBrowser();
  try {
    await fillMailboxes(demo);
    let good = true;
    for (const walker of walkers) good = (await walk(demo, browser, walker)) && good;
    console.log(good ? 'Everything went well.' : 'Not everything went well.');
    return good;
  } finally {
    await browser.close();
    await demo.stop();
  }
}

async function walk(demo: Demo, browser: Browser, walker: Walker): Promise<boolean> {
  const token = await tokenOf(demo, walker);
  const session = await openSession(browser, demo.host.origin, { token, role: walker.role });
  const stage: Walk = { demo, token, page: session.page, ...walker };
  try {
    for (const [index, step] of stepsOf(walker).entries()) {
      if (!(await take(step, stage, session, index + 1))) return false;
    }
    return true;
  } finally {
    await session.close();
  }
}

/** Takes one step and says in one line how it went. */
async function take({ name, run }: Step, stage: Walk, session: Session, number: number): Promise<boolean> {
  const started = Date.now();
  const line = (mark: string, more = '') =>
    console.log(`${mark} ${stage.runtime.padEnd(7)} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)${more}`);
  const picture = `check-${stage.runtime}-${String(number).padStart(2, '0')}`;
  try {
    const told = await run(stage);
    await keepScreenshot(session.page, picture);
    line('ok  ', told ? `: ${told}` : '');
    return true;
  } catch (error) {
    const file = await keepScreenshot(session.page, `${picture}-failed`).catch(() => 'no picture');
    line('FAIL');
    console.log(`     ${error instanceof Error ? error.message : String(error)}`);
    for (const complaint of session.errors.slice(-5)) console.log(`     page: ${complaint}`);
    console.log(`     picture: ${file}; server log: ${stage.demo.host.log}`);
    return false;
  }
}
