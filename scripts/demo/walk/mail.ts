import type { Locator, Page } from 'playwright-core';

/** Lines of the list of conversations. */
export function conversations(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Conversations' }).getByRole('option');
}

/** Waits until at least so many conversations are in the list. */
export async function waitForConversations(page: Page, atLeast: number): Promise<number> {
  await conversations(page)
    .nth(atLeast - 1)
    .waitFor();
  return conversations(page).count();
}

/** Waits for a conversation whose line in the list holds a text. */
export async function waitForConversation(page: Page, text: string): Promise<void> {
  await conversations(page).filter({ hasText: text }).first().waitFor({ timeout: 90_000 });
}

/** Opens the newest conversation, waits until its newest message is readable, and returns the subject. */
export async function openConversation(page: Page): Promise<string> {
  await conversations(page).first().click();
  const pane = conversation(page);
  const message = pane.locator('article[data-message]').last();
  await message.locator('iframe[title="Message text"], div[dir="auto"]').first().waitFor();
  return pane.getByRole('heading').first().innerText();
}

function conversation(page: Page): Locator {
  return page.getByRole('region', { name: 'Conversation', exact: true });
}

/** Answers the open conversation in a few words and sends it. */
export async function reply(page: Page, text: string): Promise<void> {
  await conversation(page).getByRole('button', { name: 'Reply', exact: true }).last().click();
  const editor = page.getByRole('group', { name: 'Message text' }).locator('.ql-editor');
  await editor.click();
  // Above the quotation.
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(text);
  // Its name begins with that of its icon.
  await page.getByRole('button', { name: /(^|\s)Send$/ }).click();
}

/** Opens one of the mailboxes of the side bar, and waits until its list is there: a step that follows must not act on the last one. */
export async function openMailbox(page: Page, name: string): Promise<void> {
  const item = page.getByRole('navigation', { name: 'Mailboxes' }).getByRole('button', { name, exact: true }).first();
  await item.click();
  await item.and(page.locator('[aria-current="page"]')).waitFor();
}

/** Asks for a pass over the mailboxes. */
export async function sync(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Fetch mail now' }).click();
}
