import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { alice, bob, ensureDebianPackages, type SandboxUser } from '../../sandbox/outlook';
import { seedDemo } from '../../sandbox/outlook/demo';
import { keepScreenshot, launchBrowser, openSession, type Runtime, type Session } from '../lib/browser';
import { freePort } from '../host/process';
import { type Demo, startDemo } from './start';
import { Steps } from './steps';
import { firstVisit, mailSteps, type Step, type Walk } from './walk';

/** Who walks through which runtime, with which mailbox: nobody's start is spoiled by the other. */
const walkers: { runtime: Runtime; person: string; mailbox: SandboxUser }[] = [
  { runtime: 'legacy', person: 'root', mailbox: alice },
  { runtime: 'modern', person: 'second', mailbox: bob },
];

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
    await seedDemo(demo.sandbox, bob.upn, new Date());
    let good = true;
    for (const walker of walkers) good = (await walk(demo, browser, walker)) && good;
    console.log(good ? 'Everything went well.' : 'Not everything went well.');
    return good;
  } finally {
    await browser.close();
    await demo.stop();
  }
}

async function walk(
  demo: Demo,
  browser: Browser,
  { runtime, person, mailbox }: (typeof walkers)[number],
): Promise<boolean> {
  const token = person === 'root' ? await demo.host.signIn() : await createAdministrator(demo, person);
  const role = person === 'root' ? 'root' : 'admin';
  const session = await openSession(browser, demo.host.origin, { token, role });
  const stage: Walk = { demo, runtime, mailbox, token, page: session.page };
  try {
    const steps = [...(person === 'root' ? firstVisit : []), ...mailSteps];
    for (const [index, step] of steps.entries()) {
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

async function createAdministrator({ host }: Demo, username: string): Promise<string> {
  const token = await host.signIn();
  const password = `${username}-password`;
  const values = {
    username,
    nickname: 'Second administrator',
    email: `${username}@example.com`,
    password,
    roles: ['admin'],
  };
  const answer = await host.api('users:create', { token, body: values });
  if (answer.status !== 200) throw new Error(`The second user could not be created: ${answer.status}`);
  return host.signIn(username, password);
}
