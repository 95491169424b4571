import type { Page } from 'playwright-core';
import type { Walk } from './index';
import { letter } from './letters';
import { conversations, openConversation, waitForConversation } from './mail';

/** Archives the newest conversation by its key, sees it in the archive at Microsoft, and takes it back. Returns the subject. */
export async function archiveAndUndo({ page, demo, mailbox }: Walk): Promise<string> {
  const archived = async () => (await demo.sandbox.mail.list(mailbox.upn, 'Archive')).messages.length;
  const before = await archived();
  const subject = await openConversation(page);
  // Not simply the first one: mail that arrives meanwhile stands above it.
  const id = await page.locator('[data-thread][aria-current="true"]').getAttribute('data-thread');
  const line = page.locator(`[data-thread="${id}"]`);
  await page.keyboard.press('e');
  // The key for the way back works as long as its bar is there: for some seconds, or while the pointer rests on it.
  await page.locator('[data-undo-bar]').hover();
  await line.waitFor({ state: 'detached' });
  await until('the conversation lies in the archive', async () => (await archived()) > before);
  await page.keyboard.press('z');
  await line.waitFor();
  await until('the conversation is back', async () => (await archived()) === before);
  await page.mouse.move(0, 0);
  return subject;
}

/** Sees a mail arrive, finds it by a word of its text, and ends the search. */
export async function search({ page, demo, mailbox }: Walk): Promise<void> {
  const text = 'Hello,\r\n\r\nthe orchids move in on Thursday.';
  await demo.sandbox.mail.append(mailbox.upn, 'INBOX', letter(mailbox.upn, { subject: 'Greenhouse plans', text }));
  await waitForConversation(page, 'Greenhouse plans');
  const all = await conversations(page).count();
  await page.keyboard.press('/');
  await page.keyboard.type('orchids');
  await conversations(page)
    .nth(all - 1)
    .waitFor({ state: 'detached' });
  await waitForConversation(page, 'Greenhouse plans');
  await page.keyboard.press('Escape');
  await conversations(page)
    .nth(all - 1)
    .waitFor();
}

/** Opens the dialog of folders from the side bar, has the inbox compared, and closes it. Returns what the dialog says of the inbox. */
export async function repairInbox(page: Page): Promise<string> {
  const bar = page.getByRole('navigation', { name: 'Mailboxes' });
  await bar.getByRole('button', { name: /^More for / }).click();
  await page.getByRole('menuitem', { name: 'Manage folders…' }).click();
  const inbox = page.locator('[data-folder="INBOX"]');
  const dialog = page.getByRole('dialog').filter({ has: inbox });
  await inbox.getByRole('button', { name: 'Repair Inbox' }).click();
  // Only after the repair is done does it say when everything was compared.
  await inbox.getByText('Every message was compared with the server').waitFor();
  const told = (await inbox.getByRole('status').innerText()).replace(/\s*\n\s*/g, ' · ');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await inbox.waitFor({ state: 'hidden' });
  return told;
}

/** Waits for something that no page shows. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited for a minute that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
