import type { Page } from 'playwright-core';
import type { SandboxSettings } from '../../../sandbox/outlook';
import { pageAddress, type Runtime } from '../../lib/browser';

/** Opens Settings → Email settings. */
export async function openSettings(page: Page, origin: string, runtime: Runtime): Promise<void> {
  await page.goto(pageAddress(origin, runtime, '/admin/settings/mail'));
  await page.getByLabel('Client ID').waitFor();
}

/** Pastes the Client ID and the secret, as the administrator does who has just registered the app, and saves. */
export async function saveCredentials(page: Page, { clientId, clientSecret }: SandboxSettings): Promise<void> {
  await page.getByLabel('Client ID').fill(clientId);
  const replace = page.getByRole('button', { name: 'Replace' });
  if (await replace.isVisible()) await replace.click();
  await page.locator('input#clientSecret').fill(clientSecret);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
}

/** Presses "Check set-up" and waits for the good answer. */
export async function checkSetUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Check set-up' }).click();
  await page.getByText('Everything that can be checked from here is in order').waitFor();
}

/** The secret must be shown as set, and its value must be nowhere on the page. */
export async function secretIsHidden(page: Page, { clientSecret }: SandboxSettings): Promise<void> {
  await page.getByRole('button', { name: 'Replace' }).waitFor();
  const values = await page
    .locator('input')
    .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  if (`${await page.content()} ${values.join(' ')}`.includes(clientSecret))
    throw new Error('The page holds the client secret');
}
