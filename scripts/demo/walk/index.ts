import type { Page } from 'playwright-core';
import type { SandboxUser } from '../../../sandbox/outlook';
import type { Runtime } from '../../lib/browser';
import type { Demo } from '../start';
import { addEmailTable, createPage, openPage, waitForRows } from './block';
import { connectOutlook, openMail } from './connect';
import { archiveAndUndo, repairInbox, search } from './sort';
import { openConversation, openMailbox, reply, waitForConversations, waitForConversation } from './mail';
import { checkSetUp, openSettings, saveCredentials, secretIsHidden } from './settings';

/** Somebody with a browser window in front of a running demo. */
export interface Walk {
  demo: Demo;
  runtime: Runtime;
  mailbox: SandboxUser;
  /** Of the person who walks. */
  token: string;
  page: Page;
}

export interface Step {
  name: string;
  /** May tell something worth a word. */
  run(walk: Walk): Promise<string | void>;
}

/** What the administrator does once. */
export const firstVisit: Step[] = [
  {
    name: 'the mail page says that email is not set up yet',
    async run({ page, demo, runtime }) {
      await openMail(page, demo.host.origin, runtime);
      await page.getByText('Email is not set up yet.').waitFor();
      if (await page.getByRole('button', { name: 'Connect Outlook' }).isEnabled()) {
        throw new Error('Connect Outlook is enabled although nothing is configured');
      }
    },
  },
  {
    name: 'the administrator pastes the Client ID and secret',
    async run({ page, demo, runtime }) {
      await openSettings(page, demo.host.origin, runtime);
      await saveCredentials(page, demo.sandbox.settings);
    },
  },
];

/** What everybody does. */
export const mailSteps: Step[] = [
  {
    name: 'the settings are in order, and the secret is not shown',
    async run({ page, demo, runtime }) {
      await openSettings(page, demo.host.origin, runtime);
      await checkSetUp(page);
      await secretIsHidden(page, demo.sandbox.settings);
    },
  },
  {
    name: 'Connect Outlook: sign-in, consent and back',
    async run({ page, demo, runtime, mailbox }) {
      await openMail(page, demo.host.origin, runtime);
      await connectOutlook(page, mailbox);
      return mailbox.upn;
    },
  },
  {
    name: 'the newest mail arrives',
    async run({ page }) {
      return `${await waitForConversations(page, 10)} conversations in the list`;
    },
  },
  {
    name: 'a conversation can be read',
    run: ({ page }) => openConversation(page),
  },
  {
    name: 'an answer is sent',
    run: ({ page, runtime }) => reply(page, answerText(runtime)),
  },
  {
    name: 'it lies in Sent, once',
    async run({ page, demo, runtime, mailbox }) {
      await openMailbox(page, 'Sent');
      await waitForConversation(page, answerText(runtime));
      const { messages } = await demo.sandbox.mail.list(mailbox.upn, 'Sent Items');
      const ids = messages.map(({ messageId }) => messageId);
      if (new Set(ids).size !== ids.length) throw new Error('A message lies in Sent Items twice');
    },
  },
  {
    name: 'a conversation is archived, in Outlook too, and taken back',
    async run(walk) {
      await openMailbox(walk.page, 'Inbox');
      return archiveAndUndo(walk);
    },
  },
  {
    name: 'new mail arrives by itself, a search finds it by a word of its text, and Esc ends it',
    run: search,
  },
  {
    name: 'the dialog of folders says what is kept here, and repairs the inbox',
    run: ({ page }) => repairInbox(page),
  },
  {
    name: 'the Email table on a page shows the mail',
    async run(walk) {
      await createPage(walk);
      await addEmailTable(walk);
      await waitForRows(walk);
      // It must still be there the next time.
      await openPage(walk);
      return `${await waitForRows(walk)} rows`;
    },
  },
];

const answerText = (runtime: Runtime) => `Thank you, this answer comes from the ${runtime} client.`;
