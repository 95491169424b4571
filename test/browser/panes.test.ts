import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Demo } from '../../scripts/demo/start';
import { openMail } from '../../scripts/demo/walk/connect';
import { letter } from '../../scripts/demo/walk/letters';
import { conversations, waitForConversation } from '../../scripts/demo/walk/mail';
import { tokenOf, walkers } from '../../scripts/demo/walk/people';
import { keepScreenshot, openSession, pageAddress, type Session } from '../../scripts/lib/browser';
import { connect } from './connected';
import { demoForAll } from './demoForAll';
import { button } from './writing';

let demo: Demo;
let browser: Browser;

demoForAll('panes', (started) => {
  ({ demo, browser } = started);
});

describe.each(walkers)('the panes in the $runtime client', ({ runtime, role, mailbox }) => {
  let session: Session;
  let page: Page;
  const invitation = () => page.getByText('Choose a conversation to read it here');
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const folder = (name: string) => page.getByRole('navigation', { name: 'Mailboxes' }).getByText(name, { exact: true });
  const width = async (element: Locator) => (await element.boundingBox())?.width ?? 0;
  const openView = (view: string) =>
    page.goto(pageAddress(demo.host.origin, runtime, `/admin/mail?view=${view}`)).then(() => undefined);

  beforeAll(async () => {
    const token = await tokenOf(demo, { runtime, role, mailbox });
    await connect(demo, token, mailbox);
    session = await openSession(browser, demo.host.origin, { token, role });
    page = session.page;
    await openMail(page, demo.host.origin, runtime);
    const text = { subject: 'Beside drafts', text: 'Read me.' };
    await demo.sandbox.mail.append(mailbox.upn, 'INBOX', letter(mailbox.upn, text));
    await waitForConversation(page, text.subject);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await keepScreenshot(page, `panes-${runtime}-${task.name.replace(/\W+/g, '-')}`);
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  test.each([
    { screen: 900, folders: 0 },
    { screen: 1440, folders: 240 },
  ])('drafts and the outbox have all the room of a screen of $screen pixels', async ({ screen, folders }) => {
    await page.setViewportSize({ width: screen, height: 800 });
    await openMail(page, demo.host.origin, runtime);
    await invitation().waitFor();
    for (const [view, name] of [
      ['drafts', 'Drafts'],
      ['outbox', 'Outbox'],
    ]) {
      await openView(view);
      await region(name).waitFor();
      const room = (await width(page.locator('[data-mail-centre]'))) - folders;
      await expect.poll(() => width(region(name))).toBeGreaterThan(room - 10);
      expect(await invitation().count()).toBe(0);
    }
  });

  test('folders and list keep their widths while drafts are looked at in between', async () => {
    await page.setViewportSize({ width: 1440, height: 800 });
    await openMail(page, demo.host.origin, runtime);
    await invitation().waitFor();
    const bars = page.locator('.ant-splitter-bar-dragger');
    for (const [bar, by] of [
      [bars.first(), 40],
      [bars.last(), 60],
    ] as const) {
      const { x, y, height } = (await bar.boundingBox())!;
      await page.mouse.move(x + 1, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + 1 + by, y + height / 2, { steps: 4 });
      await page.mouse.up();
    }
    const panels = page.locator('.ant-splitter-panel');
    const widths = async () => (await Promise.all((await panels.all()).map(width))).map(Math.round);
    const before = await widths();
    await folder('Drafts').click();
    await invitation().waitFor({ state: 'detached' });
    await folder('Inbox').click();
    await invitation().waitFor();
    expect(await widths()).toEqual(before);
  });

  test.each([800, 1210])('no bar squeezes a conversation on a screen of %d pixels', async (screen) => {
    await page.setViewportSize({ width: screen, height: 800 });
    await openMail(page, demo.host.origin, runtime);
    await conversations(page).first().click();
    await region('Conversation').waitFor();
    const bars = page.locator('.ant-splitter-bar-dragger');
    // The inner one first: the room that the outer one takes is then missing on both sides of it.
    for (const bar of [bars.last(), bars.first()]) {
      const { x, y, height } = (await bar.boundingBox())!;
      await page.mouse.move(x + 1, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + screen, y + height / 2, { steps: 4 });
      await page.mouse.up();
    }
    expect(await width(region('Conversation'))).toBeGreaterThan(385);
  });

  test('a conversation that is open beside drafts can be closed, and gives them the room back', async () => {
    await page.setViewportSize({ width: 900, height: 800 });
    await openMail(page, demo.host.origin, runtime);
    await conversations(page).first().click();
    await region('Conversation').waitFor();
    const address = new URL(page.url());
    address.search = '?view=drafts';
    await page.goto(address.href);
    await region('Conversation').getByText('Read me.').or(region('Conversation').locator('article')).first().waitFor();
    await button(page, 'Back to the list').click();
    await region('Conversation').waitFor({ state: 'detached' });
    const centre = page.locator('[data-mail-centre]');
    await expect.poll(async () => (await width(region('Drafts'))) - (await width(centre))).toBeGreaterThan(-10);
  });
});
