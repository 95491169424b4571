/** The Compose email block: a page on which mail is written, as an administrator builds it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { carol } from '../../sandbox/outlook';
import type { Demo } from '../../scripts/demo/start';
import { createPage, openMenuOfBlocks, openPage } from '../../scripts/demo/walk/block';
import { tokenOf, walkers } from '../../scripts/demo/walk/people';
import { keepScreenshot, openSession, type Session } from '../../scripts/lib/browser';
import type { OutboxView } from '../../src/shared/types';
import { connect } from './connected';
import { demoForAll } from './demoForAll';
import { saveGrid } from './recordPage';

let demo: Demo;
let browser: Browser;
const tokens = new Map<string, string>();

demoForAll('block', (started) => {
  ({ demo, browser } = started);
});

beforeAll(async () => {
  for (const walker of walkers) {
    const token = await tokenOf(demo, walker);
    tokens.set(walker.runtime, token);
    const page = { demo, token, runtime: walker.runtime };
    await createPage(page);
    await saveGrid(page, [
      {
        use: 'EmailComposeBlockModel',
        stepParams: { mailCompose: { compose: { to: carol.upn, subject: 'Question of {{ ctx.user.nickname }}' } } },
      },
    ]);
  }
});

const composer = (page: Page) => page.locator('[data-composer]');
const subjectOf = (page: Page) => composer(page).getByRole('textbox', { name: 'Subject' });

describe.each(walkers)('the Compose email block in the $runtime client', ({ runtime, role, mailbox }) => {
  let session: Session;
  let page: Page;
  let token: string;

  beforeAll(async () => {
    token = tokens.get(runtime)!;
    session = await openSession(browser, demo.host.origin, { token, role });
    page = session.page;
    await openPage({ demo, runtime, mailbox, token, page });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await keepScreenshot(page, `block-${runtime}-${task.name.replace(/\W+/g, '-')}`);
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  test('asks whoever has no mailbox to connect one', async () => {
    await page.getByRole('button', { name: 'Connect Outlook' }).waitFor();
    await keepScreenshot(page, `compose-block-nobody-${runtime}`);
    await connect(demo, token, mailbox);
    await composer(page).waitFor();
  });

  test('stands on its page with what it was set up with, and leaves the keyboard alone', async () => {
    await composer(page).getByText(carol.upn).waitFor();
    await expect.poll(() => subjectOf(page).inputValue()).toMatch(/^Question of \S/);
    expect(await page.evaluate(() => document.activeElement?.closest('[data-composer]') ?? null)).toBeNull();
    await keepScreenshot(page, `compose-block-${runtime}`);
  });

  test('sends what is written in it, and begins the next mail', async () => {
    await subjectOf(page).fill(`Written on a page, ${runtime}`);
    await composer(page).locator('.ql-editor').click();
    await page.keyboard.type('Without a dialog.');
    await composer(page)
      .getByRole('button', { name: /(^|\s)Send$/ })
      .click();
    await expect.poll(() => subjectOf(page).inputValue()).toMatch(/^Question of \S/);
    const sent = async () => {
      const { data } = await demo.host.api<OutboxView[]>('mailOutbox:list', { token });
      return data.map(({ subject, state }) => [subject, state]);
    };
    await expect.poll(sent, { timeout: 120_000, interval: 500 }).toEqual([[`Written on a page, ${runtime}`, 'sent']]);
  });

  test('keeps a mail that is put away among the drafts', async () => {
    await composer(page).locator('.ql-editor').click();
    await page.keyboard.type('Later.');
    await composer(page).getByRole('button', { name: 'Close and keep the draft', exact: true }).click();
    await composer(page).locator('.ql-editor').filter({ hasNotText: 'Later.' }).waitFor();
    const drafts = async () => {
      const { data } = await demo.host.api<OutboxView[]>('mailOutbox:list?state=draft', { token });
      return data.length;
    };
    await expect.poll(drafts).toBe(1);
  });

  test('is offered among the blocks of a page', async () => {
    await openMenuOfBlocks({ demo, runtime, mailbox, token, page });
    // The block grows while it loads, and the menu stays open below the pointer only.
    await composer(page).getByText('You have a draft').waitFor();
    await page.getByRole('button', { name: 'Add block' }).hover();
    await page.getByRole('menuitem', { name: 'Compose email' }).waitFor();
  });
});
