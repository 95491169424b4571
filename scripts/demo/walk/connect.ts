import type { Page } from 'playwright-core';
import type { SandboxUser } from '../../../sandbox/outlook';
import { pageAddress, type Runtime } from '../../lib/browser';

/** IMAP and SMTP are tried before the account is saved. */
const connectWithin = 90_000;

/** Opens the mail centre. */
export async function openMail(page: Page, origin: string, runtime: Runtime): Promise<void> {
  await page.goto(pageAddress(origin, runtime, '/admin/mail'));
}

/** From the empty mail centre to a connected mailbox: Connect Outlook, sign-in, consent, and back to where it began. */
export async function connectOutlook(page: Page, user: SandboxUser): Promise<void> {
  const start = new URL(page.url());
  await page.getByRole('button', { name: 'Connect Outlook' }).click();
  await signInAtMicrosoft(page, user, start.origin);
  const back = (url: URL) => url.origin === start.origin && url.pathname === start.pathname;
  await page.waitForURL(back, { waitUntil: 'commit', timeout: connectWithin });
  await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
}

/** Answers whatever page the identity provider shows, until it sends the browser back to the app. */
export async function signInAtMicrosoft(page: Page, user: SandboxUser, appOrigin: string): Promise<void> {
  await page.waitForURL((url) => url.origin !== appOrigin, { waitUntil: 'commit' });
  const pages = '#otherTile, #i0116, #i0118, #accept, #error';
  for (let shown = 0; shown < 6; shown++) {
    await Promise.race([
      page.waitForURL((url) => url.origin === appOrigin, { waitUntil: 'commit' }),
      page.locator(pages).first().waitFor(),
    ]);
    if (new URL(page.url()).origin === appOrigin) return;
    const before = page.url();
    await answer(page, user);
    await page.waitForURL((url) => url.toString() !== before, { waitUntil: 'commit' });
  }
  throw new Error(`The sign-in did not come back to the app, it stands at ${page.url()}`);
}

async function answer(page: Page, { upn, password }: SandboxUser): Promise<void> {
  const tile = page.locator(`[data-account="${upn}"]`);
  if (await page.locator('#otherTile').isVisible()) {
    await ((await tile.isVisible()) ? tile : page.locator('#otherTile')).click();
  } else if (await page.locator('#i0116').isVisible()) {
    await page.locator('#i0116').fill(upn);
    await page.locator('#idSIButton9').click();
  } else if (await page.locator('#i0118').isVisible()) {
    await page.locator('#i0118').fill(password);
    await page.locator('#idSIButton9').click();
  } else if (await page.locator('#accept').isVisible()) {
    await page.locator('#accept').click();
  } else if (await page.locator('#error').isVisible()) {
    throw new Error(`The identity provider refused: ${await page.locator('#error').innerText()}`);
  }
}
