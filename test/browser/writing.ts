/** What tests do in a mail that is being written. */
import type { Locator, Page } from 'playwright-core';
import { carol } from '../../sandbox/outlook';
import { conversations } from '../../scripts/demo/walk/mail';

/** The parts of a mail being written that is in front. */
export const editor = (page: Page): Locator => page.locator('.ql-editor:visible');
const subject = (page: Page): Locator => page.getByRole('textbox', { name: 'Subject' }).locator('visible=true');
export const button = (page: Page | Locator, name: string): Locator => page.getByRole('button', { name, exact: true });
/** Its name begins with that of its icon. */
export const sendButton = (page: Page): Locator =>
  page.getByRole('button', { name: /(^|\s)Send$/ }).locator('visible=true');
/** Whether the browser keeps a mail with these words that is not on the server. */
export const isKept = (page: Page, words: string): Promise<boolean> =>
  page.evaluate((text) => JSON.stringify(localStorage).includes(text), words);
export const theCall = (page: Page, action: string) => page.waitForResponse((answer) => answer.url().includes(action));

export async function type(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

export async function newMail(page: Page, title: string, text: string): Promise<void> {
  await conversations(page).first().waitFor();
  await page.keyboard.press('c');
  await editor(page).waitFor();
  await page.getByRole('combobox', { name: 'To' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type(`${carol.upn},`);
  await subject(page).fill(title);
  await type(page, text);
}

/** Throws away what is written, by the dialog that asks. */
export async function throwAway(page: Page): Promise<void> {
  await button(page, 'Throw away').click();
  await page.locator('.ant-modal-confirm').getByRole('button', { name: 'Throw away' }).click();
}

/** Sees that a key begins a mail: at once, whatever was closed just now. */
export async function theKeysWork(page: Page): Promise<void> {
  await page.keyboard.press('c');
  await editor(page).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('[data-composer]').waitFor({ state: 'detached' });
}
