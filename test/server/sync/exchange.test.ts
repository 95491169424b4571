/** What Exchange does on an ordinary day and other servers do not. */
import { expect, test } from 'vitest';
import { withLogin } from '../../../src/server/accounts/credentials';
import { openMailbox, searchUids } from '../../../src/server/imap/mailbox';
import { withSession } from '../../../src/server/imap/session';
import type { MessageBody } from '../../../src/shared/types';
import { expectMirror, mailAppForAll, message, type MailApp } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const visible = () => app.rows('mailMessages', { vanishedAt: null });
const renewals = () =>
  app.box.control.state().tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;

const withFile = (name: string, content: string): string =>
  message(
    {
      'Message-ID': '<dynamic@partner.example>',
      Subject: 'Dynamic Delivery',
      Date: 'Mon, 2 Feb 2026 10:00:00 +0000',
      'Content-Type': 'multipart/mixed; boundary=b',
    },
    ['--b', '', 'See the file.', '--b', `Content-Disposition: attachment; filename=${name}`, '', content, '--b--'].join(
      '\r\n',
    ),
  );

test('a message whose files are replaced after they were scanned shows the new ones, in the same row', async () => {
  const internalDate = new Date();
  const { mail } = app.box;
  const first = await mail.append(app.owner, 'INBOX', withFile('ATP Scan In Progress.eml', 'later'), { internalDate });
  await app.sync();
  const [before] = await visible();
  await mail.expunge(app.owner, 'INBOX', [first]);
  await mail.append(app.owner, 'INBOX', withFile('report.pdf', 'the report itself, longer than before'), {
    internalDate,
  });
  await app.sync();
  await expectMirror(app);
  const [after] = await visible();
  expect(after?.id).toBe(before?.id);
  const response = await app.user.agent.get('/api/mailMessages:body').query({ filterByTk: after!.id });
  const { attachments } = response.body.data as MessageBody;
  expect(attachments.map(({ filename }) => filename)).toEqual(['report.pdf']);
});

test('a retention policy that removes most of a mailbox at once is followed, and nothing else goes', async () => {
  await app.box.mail.seed(
    app.owner,
    'INBOX',
    Array.from({ length: 320 }, () => ({ raw: message() })),
  );
  await app.sync();
  const { messages } = await app.box.mail.list(app.owner, 'INBOX');
  const old = messages.slice(0, 300).map(({ uid }) => uid);
  await app.box.mail.expunge(app.owner, 'INBOX', old);
  const account = await app.sync();
  expect(account.lastError).toBeNull();
  await expectMirror(app);
  expect(await visible()).toHaveLength(20);
  expect(await app.rows('mailThreads', { messageCount: 1 })).toHaveLength(20);
});

test('a connection that falls silent in the middle of an answer is given up', async () => {
  await app.box.mail.append(app.owner, 'INBOX', message());
  app.box.control.failImap({ on: '^UID SEARCH', effect: { kind: 'blackhole' } });
  const asked = withLogin(app.mail, app.accountId, 'imap', (login) =>
    withSession(
      login,
      app.mail.log,
      async (session) => {
        await openMailbox(session, 'INBOX');
        return searchUids(session, { all: true });
      },
      { socketTimeout: 4_000 },
    ),
  );
  await expect(asked).rejects.toMatchObject({ kind: 'transient', code: 'timeout' });
  await app.sync();
  await expectMirror(app);
});

test('connections that end together with their token ask Microsoft for one new token', async () => {
  const session = () =>
    withLogin(app.mail, app.accountId, 'imap', (login) =>
      withSession(login, app.mail.log, (open) => openMailbox(open, 'INBOX')),
    );
  await session();
  const before = renewals();
  // As after a restart an hour after all of them signed in.
  app.box.control.failImap({ name: 'authenticateFailed', times: 4 });
  const opened = await Promise.allSettled([session(), session(), session(), session()]);
  expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 'fulfilled'));
  expect(renewals() - before).toBe(1);
  expect(await app.account()).toMatchObject({ state: 'active' });
});
