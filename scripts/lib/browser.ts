import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { repoRoot } from './repo';

/** Where screenshots go. */
export const screenshotFolder = path.join(repoRoot, 'test-results/screenshots');

/** Without them Chromium asks the network for things of its own, and root may not sandbox. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Debian's Chromium without a window. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    headless: true,
    args: flags,
  });
}

export type Runtime = 'legacy' | 'modern';

/** The address of a page in one of the two client runtimes. */
export function pageAddress(origin: string, runtime: Runtime, route: string): string {
  return `${origin}${runtime === 'modern' ? '/v' : ''}${route}`;
}

export interface Session {
  context: BrowserContext;
  page: Page;
  /** Messages of the page that an administrator would call an error. */
  errors: string[];
  close(): Promise<void>;
}

/** Opens a browser window of its own, signed in by token as the host's client stores it, or signed out. */
export async function openSession(
  browser: Browser,
  origin: string,
  { token, role }: { token?: string; role?: string } = {},
): Promise<Session> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1440, height: 900 } });
  if (token) {
    await context.addInitScript(
      ([site, signedIn, signedInRole]) => {
        if (location.origin !== site) return;
        localStorage.setItem('NOCOBASE_TOKEN', signedIn ?? '');
        localStorage.setItem('NOCOBASE_AUTH', 'basic');
        localStorage.setItem('NOCOBASE_LOCALE', 'en-US');
        if (signedInRole) localStorage.setItem('NOCOBASE_ROLE', signedInRole);
      },
      [origin, token, role ?? 'root'] as const,
    );
  }
  // Patient: the two cores may be busy with the other tests.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    const { url } = message.location();
    if (message.type() === 'error' && (url === '' || url.startsWith(origin))) errors.push(`${message.text()} (${url})`);
  });
  return { context, page, errors, close: () => context.close() };
}

/** Keeps a picture of a page under test-results/screenshots. */
export async function keepScreenshot(page: Page, name: string): Promise<string> {
  mkdirSync(screenshotFolder, { recursive: true });
  const file = path.join(screenshotFolder, `${name}.png`);
  try {
    await page.screenshot({ path: file });
  } catch {
    // There is nothing to take a picture of in the middle of a navigation.
    await page.waitForLoadState();
    await page.screenshot({ path: file });
  }
  return file;
}
