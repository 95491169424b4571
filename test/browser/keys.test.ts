import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Demo } from '../../scripts/demo/start';
import { openMail } from '../../scripts/demo/walk/connect';
import { letter } from '../../scripts/demo/walk/letters';
import { conversations, waitForConversation } from '../../scripts/demo/walk/mail';
import { tokenOf, walkers } from '../../scripts/demo/walk/people';
import { keepScreenshot, openSession, type Session } from '../../scripts/lib/browser';
import { connect } from './connected';
import { demoForAll } from './demoForAll';
import { button, editor, newMail, theKeysWork, throwAway } from './writing';

let demo: Demo;
let browser: Browser;

demoForAll('keys', (started) => {
  ({ demo, browser } = started);
});

describe.each(walkers)('keys in the $runtime client', ({ runtime, role, mailbox }) => {
  let session: Session;
  let page: Page;

  beforeAll(async () => {
    const token = await tokenOf(demo, { runtime, role, mailbox });
    await connect(demo, token, mailbox);
    session = await openSession(browser, demo.host.origin, { token, role });
    page = session.page;
  });

  beforeEach(() => openMail(page, demo.host.origin, runtime));

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await keepScreenshot(page, `keys-${runtime}-${task.name.replace(/\W+/g, '-')}`);
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  test('the keys work after each dialog and menu, inside a message too, but not behind a dialog', async () => {
    const [first, second] = ['The first', 'The second'];
    for (const subject of [first, second]) {
      const html = `<p>This is ${subject}.</p>`;
      await demo.sandbox.mail.append(mailbox.upn, 'INBOX', letter(mailbox.upn, { subject, text: subject, html }));
      await waitForConversation(page, subject);
    }
    const line = (subject: string) => conversations(page).filter({ hasText: subject });
    const isOpen = (subject: string) => line(subject).and(page.locator('[aria-current="true"]')).waitFor();
    const text = page.frameLocator('iframe[title="Message text"]').last().getByText('This is ');

    await line(second).click();
    await text.click();
    await page.keyboard.press('j');
    await isOpen(first);
    await page.keyboard.press('k');
    await isOpen(second);
    // Ctrl+A inside of the message takes its text, not the mail of the list.
    await text.click();
    await page.keyboard.press('Control+a');
    await theKeysWork(page);
    expect(await page.locator('[data-ticked]').count()).toBe(0);

    await page.keyboard.press('v');
    await page.keyboard.type('arch');
    await page.getByRole('dialog', { name: 'Move to' }).getByRole('option', { name: 'Archive' }).waitFor();
    await page.keyboard.press('Escape');
    await theKeysWork(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Next conversation').waitFor();
    await page.keyboard.press('Escape');
    await theKeysWork(page);

    await button(page, 'More actions').first().press('Enter');
    await page.getByRole('menuitem').first().waitFor();
    await page.keyboard.press('Escape');
    await theKeysWork(page);

    await page.getByRole('button', { name: /^More for / }).click();
    await page.getByRole('menuitem', { name: 'Manage folders…' }).click();
    const folders = page.getByRole('dialog', { name: 'Folders' });
    await folders.getByRole('heading', { name: 'Kept here', exact: true }).click();
    await page.keyboard.press('c');
    expect(await page.locator('[data-composer]').count()).toBe(0);
    await button(folders, 'Close').click();
    await theKeysWork(page);
  });

  test('what is typed after a menu or a dialog of a mail goes into that mail', async () => {
    await newMail(page, 'Focus', 'Yes.');
    const inTheMail = () => page.locator('[data-composer]:focus-within').waitFor();
    await button(page, 'Send later').click();
    await page.getByRole('menuitem', { name: 'Pick a time…' }).click();
    const schedule = page.getByRole('dialog', { name: 'When should it leave?' });
    await button(schedule, 'Go back').click();
    await schedule.waitFor({ state: 'hidden' });
    await inTheMail();
    await button(page, 'Insert a template').click();
    await page.getByRole('menuitem', { name: 'Manage templates…' }).click();
    const templates = page.getByRole('dialog', { name: 'Templates' });
    await button(templates, 'Close').click();
    await templates.waitFor({ state: 'hidden' });
    await inTheMail();
    await button(page, 'Minimise').click();
    await page.getByRole('button', { name: /^Go on writing: / }).click();
    await page.keyboard.type('e');
    await editor(page).filter({ hasText: 'Yes.e' }).waitFor();
    await throwAway(page);
  });
});
