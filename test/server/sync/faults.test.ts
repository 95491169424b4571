/** Nothing is lost, doubled or blamed on a person while the server, the network or the token fails. */
import { describe, expect, test } from 'vitest';
import { imapFaults, type ImapFault } from '../../../sandbox/outlook';
import { claimLease, withLease } from '../../../src/server/accounts/lease';
import { runOnce } from '../../../src/server/sync/runOnce';
import { updateMailbox } from '../../../src/server/sync/store';
import { expectMirror, held, mailAppForAll, message, type MailApp, type Row } from './mailApp';

let app: MailApp;

mailAppForAll((started) => {
  app = started;
});

const fill = (count: number, body = 'Some text that fills the line.\r\n'.repeat(60)) =>
  app.box.mail.seed(
    app.owner,
    'INBOX',
    Array.from({ length: count }, () => ({ raw: message({}, body) })),
  );
const visible = () => app.rows('mailMessages', { vanishedAt: null });
/** How long it waits, counted from a moment before it was told to. */
const waitSince = (asked: number, row: Row) => new Date(row.backOffUntil as string).getTime() - asked;

/** One pass that is not repeated. */
const passOnce = () =>
  held(app.mail, app.accountId, (lease) =>
    runOnce(app.mail, lease, { signal: new AbortController().signal, yields: () => false }),
  );

test('a token that ends in the middle of a fetch costs nothing and nobody is asked to reconnect', async () => {
  await fill(120);
  const { control } = app.box;
  control.failImap({ afterBytes: 40_000, effect: { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' } });
  const account = await app.sync();
  expect(account).toMatchObject({ state: 'active', lastError: null, syncFailures: 0 });
  await expectMirror(app);
  expect(await visible()).toHaveLength(120);
});

test('a server that refuses the old token after ending the session gets a new one', async () => {
  await fill(120);
  const { control } = app.box;
  const renewals = () => control.state().tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;
  const before = renewals();
  control.failImap({ afterBytes: 40_000, effect: { kind: 'bye', text: 'Session invalidated - AccessTokenExpired' } });
  // The first login passes: the token in hand is good. The one after the BYE does not.
  control.failImap(imapFaults.authenticateFailed({ spare: 1 }));
  const account = await app.sync();
  expect(account).toMatchObject({ state: 'active', lastError: null });
  expect(renewals()).toBeGreaterThan(before);
  await expectMirror(app);
});

describe('a connection that is lost in the middle of a fetch', () => {
  // Every new connection as well: a single loss is made up for at once.
  test.each<[string, ImapFault]>([
    ['without a word', { afterBytes: 25_000, effect: { kind: 'close' }, times: 0 }],
    ['by a reset', { afterBytes: 25_000, effect: { kind: 'reset' }, times: 0 }],
    ['with BYE', { on: '^UID FETCH', effect: { kind: 'bye', text: 'Connection is closed. 13' }, times: 0 }],
  ])('%s keeps what was stored, and the next pass adds the rest', async (_name, fault) => {
    await fill(180);
    app.box.control.failImap(fault);
    const asked = Date.now();
    await passOnce();
    app.box.control.clearFaults();
    const account = await app.account();
    expect(account).toMatchObject({ state: 'active', lastError: { code: 'connectionLost', kind: 'transient' } });
    expect(waitSince(asked, account)).toBeGreaterThanOrEqual(30_000);
    const stored = (await visible()).length;
    expect(stored).toBeLessThan(180);
    await app.sync();
    await expectMirror(app);
    expect(await app.account()).toMatchObject({ lastError: null, backOffUntil: null, syncFailures: 0 });
  });
});

describe('a server that does not want to', () => {
  test('throttles: it is left alone as long as it told', async () => {
    await fill(3);
    app.box.control.failImap({ ...imapFaults.throttled(240_000), on: '^STATUS' });
    const before = await visible();
    const asked = Date.now();
    await passOnce();
    const account = await app.account();
    expect(account).toMatchObject({
      state: 'active',
      lastError: { code: 'throttled', kind: 'throttled', who: 'nobody' },
    });
    expect(waitSince(asked, account)).toBeGreaterThanOrEqual(240_000);
    expect(await visible()).toHaveLength(before.length);
    await app.sync();
    await expectMirror(app);
  });

  test('accepts the login and does not open the mailbox: nobody is asked to sign in again, and the third time says why', async () => {
    await fill(2);
    app.box.control.setUser({ user: app.owner, imapDisabled: true });
    const waits: number[] = [];
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const asked = Date.now();
      await passOnce();
      const account = await app.account();
      expect(account.state).toBe('active');
      waits.push(Math.round(waitSince(asked, account) / 60_000));
      codes.push((account.lastError as { code: string }).code);
    }
    expect(waits).toEqual([5, 15, 60]);
    expect(codes).toEqual(['notConnected', 'notConnected', 'noMailbox']);
    app.box.control.setUser({ user: app.owner, imapDisabled: false });
    await app.sync();
    await expectMirror(app);
  });

  test.each(['serverUnavailable', 'commandError'] as const)(
    'answers %s at login: the sign-in is not blamed',
    async (name) => {
      app.box.control.failImap({ name, times: 5 });
      await passOnce();
      expect(await app.account()).toMatchObject({
        state: 'active',
        lastError: { code: 'serverBusy', kind: 'transient' },
      });
    },
  );

  test('answers a SEARCH with NO: nothing is taken for deleted', async () => {
    await fill(4);
    await app.sync();
    await app.mail.db.getCollection('mailboxes').model.update({ lastStatus: null }, { where: {} });
    app.box.control.failImap({
      on: '^UID SEARCH',
      effect: { kind: 'reply', status: 'NO', text: 'Search failed. 14' },
      times: 0,
    });
    await passOnce();
    expect(await app.account()).toMatchObject({ lastError: { code: 'commandRefused' } });
    expect(await visible()).toHaveLength(4);
  });

  test('answers a SEARCH with nothing at all, once: nothing is taken for deleted', async () => {
    await fill(4);
    await app.sync();
    await app.mail.db.getCollection('mailboxes').model.update({ lastStatus: null }, { where: {} });
    app.box.control.failImap({ on: '^UID SEARCH', effect: { kind: 'reply', status: 'OK', text: 'SEARCH completed.' } });
    await passOnce();
    await expectMirror(app);
    expect(await visible()).toHaveLength(4);
  });

  test('refuses the sign-in twice: only then the user is asked', async () => {
    app.box.control.failImap(imapFaults.authenticateFailed({ times: 2 }));
    await passOnce();
    expect(await app.account()).toMatchObject({
      state: 'reauthorize',
      lastError: { code: 'loginRefused', who: 'user' },
    });
    const { model } = app.mail.db.getCollection('mailAccounts');
    await model.update({ state: 'active', lastError: null, backOffUntil: null }, { where: { id: app.accountId } });
  });
});

describe('a message the server cannot give out', () => {
  test('becomes a row that says so, and the others are there', async () => {
    await fill(6);
    const { messages } = await app.box.mail.list(app.owner, 'INBOX');
    const { uid } = messages[2]!;
    app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'unreadable' });
    const account = await app.sync();
    expect(account.lastError).toBeNull();
    expect(await visible()).toHaveLength(6);
    const [row] = await app.rows('mailMessages', { uid });
    expect(row?.unreadable).toBe('messageUnreadable');
    await app.sync();
    expect(await visible()).toHaveLength(6);
  });

  test('with a broken structure is read whole', async () => {
    await app.box.mail.append(app.owner, 'INBOX', message({ Subject: 'Broken structure' }, 'Readable all the same.'));
    const { messages } = await app.box.mail.list(app.owner, 'INBOX');
    const { uid } = messages[0]!;
    app.box.control.damageMessage({ user: app.owner, mailbox: 'INBOX', uid, kind: 'brokenStructure' });
    await app.sync();
    const [row] = await app.rows('mailMessages', { subject: 'Broken structure' });
    expect(row).toMatchObject({ uid, preview: 'Readable all the same.' });
    await expectMirror(app);
  });
});

describe('two runners', () => {
  test('only one works on an account', async () => {
    const lease = await claimLease(app.mail, app.accountId, 'sync');
    expect(lease).not.toBeNull();
    let entered = false;
    await withLease(app.mail, app.accountId, 'sync', async () => {
      entered = true;
    });
    expect(entered).toBe(false);
    await release();
  });

  test('a runner whose lease ran out cannot commit any more', async () => {
    const inbox = await app.mailbox('inbox');
    const stale = await claimLease(app.mail, app.accountId, 'sync');
    await release();
    const fresh = await claimLease(app.mail, app.accountId, 'sync');
    expect(Number(fresh?.epoch)).toBe(Number(stale?.epoch) + 1);
    await expect(updateMailbox(app.mail, stale!, inbox.id, { onServer: 999 })).rejects.toMatchObject({
      code: 'leaseLost',
    });
    expect((await app.mailbox('inbox')).onServer).not.toBe(999);
    await updateMailbox(app.mail, fresh!, inbox.id, { onServer: 0 });
    await release();
  });

  test('a pass that lost its lease stores nothing and leaves the facts to the new holder', async () => {
    await fill(5);
    const stale = await claimLease(app.mail, app.accountId, 'sync');
    await release();
    const fresh = await claimLease(app.mail, app.accountId, 'sync');
    const before = await app.account();
    await runOnce(app.mail, stale!, { signal: new AbortController().signal, yields: () => false });
    expect(await visible()).toEqual([]);
    expect(await app.account()).toMatchObject({ lastError: before.lastError, lastSyncAt: before.lastSyncAt });
    expect(fresh).not.toBeNull();
    await release();
  });

  /** As if the time of the lease had passed. */
  const release = () =>
    app.mail.db.getCollection('mailAccounts').model.update({ syncUntil: null }, { where: { id: app.accountId } });
});
