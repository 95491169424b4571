import { randomBytes } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { carol } from '../../sandbox/outlook';
import type { Demo } from '../../scripts/demo/start';
import { openPage } from '../../scripts/demo/walk/block';
import { tokenOf, walkers } from '../../scripts/demo/walk/people';
import { keepScreenshot, openSession, pageAddress, type Session } from '../../scripts/lib/browser';
import type { OutboxView } from '../../src/shared/types';
import { connect } from './connected';
import { demoForAll } from './demoForAll';
import { createCustomers, createCustomersPage } from './recordPage';

let demo: Demo;
let browser: Browser;
const tokens = new Map<string, string>();

demoForAll('record', (started) => {
  ({ demo, browser } = started);
});

beforeAll(async () => {
  // Before there is mail to fetch: the database takes one writer, and what is made here waits for nobody.
  await createCustomers(demo, await demo.host.signIn(), { name: 'Litware Ltd', email: carol.upn });
  for (const walker of walkers) {
    const token = await tokenOf(demo, walker);
    tokens.set(walker.runtime, token);
    await createCustomersPage({ demo, token, runtime: walker.runtime });
    const template = { name: 'Contract', subject: '', html: '<p>The contract of {{ record.name }}.</p>' };
    await demo.host.api('mailTemplates:save', { token, body: template });
  }
});

const button = (scope: Page | Locator, name: string) => scope.getByRole('button', { name, exact: true });
const composer = (page: Page) => page.locator('[data-composer]');
const view = (page: Page) => page.getByRole('button', { name: 'View' }).or(page.getByRole('link', { name: 'View' }));
/** Its name begins with that of its icon. */
const sendButton = (page: Page) => page.getByRole('button', { name: /(^|\s)Send$/ }).locator('visible=true');

/** Sees that a mail is written beside the record: its file is there to be chosen, and a template names it. */
async function isBesideTheRecord(page: Page): Promise<void> {
  await button(composer(page), 'Attach from NocoBase').click();
  const files = page.getByRole('dialog', { name: 'Attach from NocoBase' });
  await files.getByRole('region', { name: 'Contracts' }).getByText('contract.txt').waitFor();
  await button(files, 'Cancel').click();
  await files.waitFor({ state: 'hidden' });
  await button(composer(page), 'Insert a template').click();
  await page.getByRole('menuitem', { name: 'Contract' }).click();
  const preview = page.getByRole('dialog', { name: 'Insert this template?' });
  await preview.frameLocator('iframe').getByText('The contract of Litware Ltd.').waitFor();
  await button(preview, 'Go back').click();
  await preview.waitFor({ state: 'hidden' });
}

async function close(page: Page): Promise<void> {
  await button(composer(page), 'Close and keep the draft').click();
  await composer(page).waitFor({ state: 'detached' });
}

describe.each(walkers)('beside a record in the $runtime client', ({ runtime, role, mailbox }) => {
  let session: Session;
  let page: Page;
  let token: string;

  beforeAll(async () => {
    token = tokens.get(runtime)!;
    await connect(demo, token, mailbox);
    await demo.sandbox.mail.append(mailbox.upn, 'INBOX', question(mailbox.upn));
    session = await openSession(browser, demo.host.origin, { token, role });
    page = session.page;
    await openPage({ demo, runtime, mailbox, token, page });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await keepScreenshot(page, `record-${runtime}-${task.name.replace(/\W+/g, '-')}`);
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  test('a mail begun in a row of its table is to its address, and knows the record', async () => {
    await page.getByText('Compose email').first().click();
    await composer(page).getByText(carol.upn).waitFor();
    const subject = composer(page).getByRole('textbox', { name: 'Subject' });
    await expect.poll(() => subject.inputValue()).toBe('Hello Litware Ltd');
    await isBesideTheRecord(page);
    await close(page);
  });

  test('so is one that is begun in its popup', async () => {
    await view(page).first().click();
    await page.locator('.ant-drawer').getByRole('button', { name: 'Compose email' }).first().click();
    await composer(page).getByText(carol.upn).waitFor();
    await isBesideTheRecord(page);
    await composer(page).locator('.ql-editor').click();
    await page.keyboard.type('To be continued.');
    await close(page);
  });

  test('opened again from Drafts it still knows the record', async () => {
    const drafts = await session.context.newPage();
    await drafts.goto(pageAddress(demo.host.origin, runtime, '/admin/mail?view=drafts'));
    await drafts.getByRole('listitem').getByRole('button', { name: 'Hello Litware Ltd' }).click();
    await composer(drafts).locator('.ql-editor').filter({ hasText: 'To be continued.' }).waitFor();
    await isBesideTheRecord(drafts);
    await drafts.close();
  });

  test('an answer to mail of the table in its popup is written in the drawer of the conversation, and leaves', async () => {
    await page.locator('.ant-drawer').getByText('When does it end?').first().click();
    const drawer = page.locator('.ant-drawer').filter({ has: page.locator('article[data-message]') });
    await drawer.locator('article[data-message]').last().waitFor();
    await button(drawer, 'Reply').last().click();
    await drawer.locator('.ql-editor').click();
    await page.keyboard.type('In May.');
    await isBesideTheRecord(page);
    await sendButton(page).click();
    const sent = async () => {
      const { data } = await demo.host.api<OutboxView[]>('mailOutbox:list', { token });
      return data.filter(({ subject }) => subject === 'Re: When does it end?').map(({ state }) => state);
    };
    await expect.poll(sent, { timeout: 120_000, interval: 500 }).toEqual(['sent']);
  });

  test('on a small screen mail and answer lie over the page, one over the other', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await page.getByText('When does it end?').first().click();
    await page.locator('article[data-message]').last().waitFor();
    await page.getByRole('region', { name: 'Conversation', exact: true }).getByText('Reply', { exact: true }).click();
    await composer(page).locator('.ql-editor').click();
    await page.keyboard.type('In June.');
    await isBesideTheRecord(page);
    await close(page);
  });
});

const question = (to: string): string =>
  [
    'From: "Rosa Delgado" <rosa.delgado@litware.example>',
    `To: ${to}`,
    'Subject: When does it end?',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomBytes(8).toString('hex')}@litware.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>The contract, I mean.</p>',
    '',
  ].join('\r\n');
