import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { carol } from '../../sandbox/outlook';
import type { Demo } from '../../scripts/demo/start';
import { openMail } from '../../scripts/demo/walk/connect';
import { conversations } from '../../scripts/demo/walk/mail';
import { tokenOf, walkers } from '../../scripts/demo/walk/people';
import { keepScreenshot, openSession, pageAddress, type Session } from '../../scripts/lib/browser';
import type { OutboxView } from '../../src/shared/types';
import { connect } from './connected';
import { demoForAll } from './demoForAll';
import { button, editor, isKept, newMail, sendButton, theCall, theKeysWork, throwAway, type } from './writing';

let demo: Demo;
let browser: Browser;

demoForAll('compose', (started) => {
  ({ demo, browser } = started);
});

describe.each(walkers)('writing in the $runtime client', ({ runtime, role, mailbox }) => {
  let session: Session;
  let token: string;
  let page: Page;
  const title = (what: string) => `${what}, ${runtime}`;

  const outbox = async (wanted: string): Promise<OutboxView[]> => {
    const { data } = await demo.host.api<OutboxView[]>('mailOutbox:list', { token });
    return data.filter((row) => row.subject === wanted);
  };
  const arrived = async (wanted: string) => {
    const { messages } = await demo.sandbox.mail.list(carol.upn, 'INBOX');
    return messages.filter((message) => message.subject === wanted);
  };
  const openView = async (tab: Page, view: string) => {
    await tab.goto(pageAddress(demo.host.origin, runtime, `/admin/mail?view=${view}`));
  };
  const undoSeconds = async (seconds: number) => {
    const asked = { token: await demo.host.signIn(), body: { undoSeconds: seconds } };
    expect((await demo.host.api('mailSettings:save', asked)).status).toBe(200);
  };
  const row = (tab: Page, wanted: string) => tab.getByRole('listitem').filter({ hasText: wanted });

  beforeAll(async () => {
    token = await tokenOf(demo, { runtime, role, mailbox });
    await connect(demo, token, mailbox);
    const original = title('Price list');
    await demo.sandbox.mail.append(mailbox.upn, 'INBOX', withAttachment(mailbox.upn, original));
    session = await openSession(browser, demo.host.origin, { token, role });
    page = session.page;
    await openMail(page, demo.host.origin, runtime);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await keepScreenshot(page, `compose-${runtime}-${task.name.replace(/\W+/g, '-')}`);
    }
  });

  afterAll(async () => {
    await session?.close();
  });

  test('a forward carries the attachment of the original', async () => {
    const original = title('Price list');
    await conversations(page).filter({ hasText: original }).click();
    await page.locator('article[data-message]').last().waitFor();
    await page
      .getByRole('region', { name: 'Conversation', exact: true })
      .getByRole('button', { name: 'Forward' })
      .last()
      .click();
    await page
      .getByText(/^prices\.csv/)
      .locator('visible=true')
      .last()
      .waitFor();
    await page.getByRole('combobox', { name: 'To' }).click();
    await page.keyboard.type(`${carol.upn},`);
    await sendButton(page).click();
    await expect.poll(() => arrived(`Fwd: ${original}`), { timeout: 120_000, interval: 500 }).toHaveLength(1);
    const [{ uid }] = await arrived(`Fwd: ${original}`);
    const source = (await demo.sandbox.mail.source(carol.upn, 'INBOX', uid)).toString('latin1');
    expect(source).toMatch(/filename="?prices\.csv/);
    expect(source).toContain(Buffer.from('apples;3\r\n').toString('base64'));
  });

  test('an address in a plain text is written to here', async () => {
    await conversations(page)
      .filter({ hasText: title('Price list') })
      .first()
      .click();
    await page.getByRole('link', { name: 'orders@litware.example' }).first().click();
    await page.getByTitle('orders@litware.example').waitFor();
    await throwAway(page);
    await theKeysWork(page);
  });

  test('a mail that is thrown away before it is saved for the first time is kept nowhere', async () => {
    const wanted = title('Never mind');
    const answers = theCall(page, 'mailOutbox:save');
    await page.route(/mailOutbox:save/, async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await call.continue();
    });
    const begins = page.waitForRequest(/mailOutbox:save/);
    await newMail(page, wanted, 'Nothing.');
    await begins;
    await throwAway(page);
    await answers;
    await page.unroute(/mailOutbox:save/);
    await expect.poll(() => outbox(wanted)).toEqual([]);
  });

  test('a mail that was sent is a draft again after Undo; sent once more, it arrives once', async () => {
    const wanted = title('Taken back');
    await newMail(page, wanted, 'Not yet.');
    // As much time as a busy machine needs; then the usual time.
    await undoSeconds(120);
    await sendButton(page).click();
    await button(page, 'Undo').click();
    await editor(page).filter({ hasText: 'Not yet.' }).waitFor();
    expect(await outbox(wanted)).toMatchObject([{ state: 'draft' }]);
    await undoSeconds(10);
    await sendButton(page).click();
    await expect.poll(() => arrived(wanted), { timeout: 120_000, interval: 500 }).toHaveLength(1);
    await expect.poll(async () => (await outbox(wanted)).map(({ state }) => state)).toEqual(['sent']);
  });

  test('a scheduled mail waits in the outbox until it is taken back', async () => {
    const wanted = title('For tomorrow');
    await newMail(page, wanted, 'Good morning.');
    await button(page, 'Send later').locator('visible=true').click();
    await page.getByText('Tomorrow morning').click();
    await page.getByText(/^It leaves /).waitFor();
    await openView(page, 'outbox');
    await row(page, wanted)
      .getByText(/^Leaves /)
      .waitFor();
    await row(page, wanted).getByRole('button', { name: 'Take back' }).click();
    await row(page, wanted).waitFor({ state: 'detached' });
    await expect.poll(() => outbox(wanted)).toMatchObject([{ state: 'draft', sendAt: null }]);
  });

  test('of a draft that was changed in two tabs, neither version is overwritten unseen', async () => {
    const wanted = title('Two tabs');
    await openMail(page, demo.host.origin, runtime);
    await newMail(page, wanted, 'One.');
    await expect.poll(() => savedText(wanted)).toBe('One.');
    const second = await session.context.newPage();
    await openView(second, 'drafts');
    await row(second, wanted).getByRole('button', { name: wanted }).click();
    await editor(second).filter({ hasText: 'One.' }).waitFor();
    await type(page, ' First tab.');
    await expect.poll(() => savedText(wanted)).toBe('One. First tab.');
    await type(second, ' Second tab.');
    await second.getByText(/changed elsewhere/).waitFor();
    expect(await savedText(wanted)).toBe('One. First tab.');
    await button(second, 'Keep what is here').click();
    await expect.poll(() => savedText(wanted)).toBe('One. Second tab.');
    await second.close();
  });

  test('what a tab could not save before it crashed is offered afterwards, and saved', async () => {
    const wanted = title('Crash');
    const tab = await session.context.newPage();
    await tab.route(/mailOutbox:save/, (call) => call.abort());
    await openMail(tab, demo.host.origin, runtime);
    await newMail(tab, wanted, 'Only in the browser.');
    await tab.getByText('Not saved').waitFor();
    await expect.poll(() => isKept(tab, 'Only in the browser.')).toBe(true);
    const devtools = await session.context.newCDPSession(tab);
    const crashed = tab.waitForEvent('crash');
    // Its answer never comes.
    void devtools.send('Page.crash').catch(() => undefined);
    await crashed;
    await tab.close();
    const next = await session.context.newPage();
    await openMail(next, demo.host.origin, runtime);
    await button(next, 'Go on writing').click();
    await editor(next).filter({ hasText: 'Only in the browser.' }).waitFor();
    await expect.poll(() => savedText(wanted)).toBe('Only in the browser.');
    await next.close();
  });

  test('who signs out leaves nothing of what he was writing in the browser', async () => {
    const tab = await session.context.newPage();
    await tab.route(/mailOutbox:save/, (call) => call.abort());
    await openMail(tab, demo.host.origin, runtime);
    await newMail(tab, title('Private'), 'For nobody else.');
    await tab.getByText('Not saved').waitFor();
    await expect.poll(() => isKept(tab, 'For nobody else.')).toBe(true);
    tab.on('dialog', (dialog) => void dialog.accept());
    await tab
      .getByTestId('user-center-button')
      .or(tab.locator('.anticon-user'))
      .locator('visible=true')
      .first()
      .click();
    await tab.getByText('Sign out').click();
    await tab.waitForURL(/signin/);
    await tab.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await isKept(tab, 'For nobody else.')).toBe(false);
    await tab.close();
  });

  test('who signs in in the same tab after a lost sign-in finds nothing of the one before', async () => {
    const next = `next-${runtime}`;
    const person = { username: next, nickname: next, email: `${next}@example.com`, password: `${next}-password` };
    await demo.host.api('users:create', { token: await demo.host.signIn(), body: { ...person, roles: ['member'] } });
    const lost = role === 'root' ? await demo.host.signIn() : await demo.host.signIn('second', 'second-password');
    // Signed in once only: a page that is loaded again must not be signed in again.
    const { page: tab, close } = await openSession(browser, demo.host.origin);
    await tab.goto(pageAddress(demo.host.origin, runtime, '/signin'));
    await tab.evaluate((value) => {
      localStorage.setItem('NOCOBASE_TOKEN', value);
      localStorage.setItem('NOCOBASE_AUTH', 'basic');
    }, lost);
    await tab.route(/mailOutbox:save/, (call) => call.abort());
    await openMail(tab, demo.host.origin, runtime);
    await newMail(tab, title('Secret'), 'For nobody else.');
    await tab.getByText('Not saved').waitFor();
    await expect.poll(() => isKept(tab, 'For nobody else.')).toBe(true);

    await demo.host.api('auth:signOut', { token: lost, body: {} });
    tab.on('dialog', (dialog) => void dialog.accept());
    await button(tab, 'Fetch mail now').click();
    await tab.waitForURL(/signin/);
    await tab.getByPlaceholder(/Username/).waitFor();
    expect(await isKept(tab, 'For nobody else.')).toBe(true);
    await tab.getByPlaceholder(/Username/).fill(next);
    await tab.getByPlaceholder('Password').fill(person.password);
    const signedIn = runtime === 'legacy' ? theCall(tab, 'auth:syncCookies') : undefined;
    await tab.getByRole('button', { name: 'Sign in' }).click();
    if (runtime === 'legacy') {
      // The older client comes back to its sign-in page when a check of the lost sign-in is answered late.
      await signedIn;
      await tab.waitForLoadState('networkidle');
      await openMail(tab, demo.host.origin, runtime);
    }
    await tab.getByRole('button', { name: 'Connect Outlook' }).first().waitFor();
    expect(await isKept(tab, 'For nobody else.')).toBe(false);
    await expect
      .poll(() =>
        tab
          .getByText('For nobody else.')
          .or(tab.getByText(title('Secret')))
          .count(),
      )
      .toBe(0);
    expect(await tab.getByText(mailbox.upn).or(tab.getByText(mailbox.name)).count()).toBe(0);
    await close();
  });

  async function savedText(wanted: string): Promise<string> {
    const [draft] = await outbox(wanted);
    if (!draft) return '';
    const query = { filterByTk: draft.id };
    const { data } = await demo.host.api<OutboxView>('mailOutbox:get', { token, query });
    return data.text.trim();
  }
});

function withAttachment(to: string, title: string): string {
  return [
    'From: "Rosa Delgado" <rosa.delgado@litware.example>',
    `To: ${to}`,
    `Subject: ${title}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${randomBytes(8).toString('hex')}@litware.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Here are the prices. Orders go to orders@litware.example.',
    '--b',
    'Content-Type: text/csv; name=prices.csv',
    'Content-Disposition: attachment; filename=prices.csv',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('apples;3\r\n').toString('base64'),
    '--b--',
    '',
  ].join('\r\n');
}
