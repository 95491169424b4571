import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, tenants } from '../../../sandbox/outlook/fixtures';
import { withLogin } from '../../../src/server/accounts/credentials';
import { claimLease, releaseLease } from '../../../src/server/accounts/lease';
import type { MailContext } from '../../../src/server/context';
import { MailError } from '../../../src/server/errors';
import { pluginOf, type TestUser } from '../../harness';
import { accounts, connect, data, post, startWorld, type World } from './world';

let world: World;
let mail: MailContext;
let user: TestUser;
let id: string;

beforeAll(async () => {
  world = await startWorld();
  await world.configure();
  mail = pluginOf(world.app).mail;
});
afterAll(() => world?.stop());
beforeEach(async () => {
  user = await world.app.createUser();
  id = (await connect(world, user, alice.upn)).accountId ?? '';
});
afterEach(async () => {
  world.sandbox.control.clearFaults();
  await mail.db.getCollection('mailAccounts').model.destroy({ where: {}, hooks: false });
});

const row = async (accountId = id) => {
  const found = await mail.db.getCollection('mailAccounts').model.findOne({ where: { id: accountId } });
  return found?.get({ plain: true }) as Record<string, unknown>;
};
const renewals = () =>
  world.sandbox.control.state().tokenRequests.filter(({ grantType }) => grantType === 'refresh_token').length;
const token = (context = mail, accountId = id) =>
  withLogin(context, accountId, 'imap', async ({ accessToken }) => accessToken);
/** A context of another process, optionally at another time. */
const elsewhere = (name: string, minutesLater = 0): MailContext => ({
  ...mail,
  instanceId: `main:${name}`,
  now: () => new Date(Date.now() + minutesLater * 60_000),
});
const failure = async (work: Promise<unknown>): Promise<MailError> => {
  const thrown = await work.then(
    (value) => expect.fail(`it gave ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(MailError);
  return thrown as MailError;
};
const sync = () => user.agent.post('/api/mailAccounts:sync').query({ filterByTk: id }).send({}).expect(200);
const refused = () => Promise.reject(new MailError('reauthorize', 'loginRefused'));

describe('a login', () => {
  test('names the user, the server and a token that opens the mailbox, without asking Microsoft again', async () => {
    const before = renewals();
    const login = await withLogin(mail, id, 'smtp', async (given) => given);
    expect(login).toMatchObject({ user: alice.upn, endpoint: world.sandbox.settings.smtp });
    expect(login.expiresAt.getTime()).toBeGreaterThan(Date.now() + 5 * 60_000);
    expect(renewals()).toBe(before);
  });

  test('is renewed some minutes before its token ends', async () => {
    const [first, { version, credentials }] = [await token(), await row()];
    const second = await token(elsewhere('later', 56));
    expect(second).not.toBe(first);
    const after = await row();
    expect(after.version).toBe(Number(version) + 1);
    expect(after.credentials).not.toBe(credentials);
    expect(await token()).toBe(second);
  });

  test('that is refused is renewed once, and the work done with the new token', async () => {
    const seen: string[] = [];
    const result = await withLogin(mail, id, 'imap', async ({ accessToken }) => {
      seen.push(accessToken);
      return seen.length === 1 ? refused() : 'done';
    });
    expect(result).toBe('done');
    expect(new Set(seen).size).toBe(2);
    expect(await row()).toMatchObject({ state: 'active', lastError: null });
  });

  test('that IMAP refuses twice needs a new sign-in', async () => {
    expect(await failure(withLogin(mail, id, 'imap', refused))).toMatchObject({ code: 'loginRefused' });
    expect(await row()).toMatchObject({ state: 'reauthorize', lastError: { code: 'loginRefused' } });
    const before = renewals();
    expect(await failure(token())).toMatchObject({ kind: 'reauthorize', code: 'loginRefused' });
    expect(renewals()).toBe(before);
  });

  test('that SMTP refuses twice leaves a mailbox that can be read', async () => {
    expect(await failure(withLogin(mail, id, 'smtp', refused))).toMatchObject({ code: 'loginRefused' });
    expect(await row()).toMatchObject({ state: 'active', sendBlocked: { code: 'loginRefused' } });
  });

  test('that may send again is noticed when its owner asks for a sync', async () => {
    const { control } = world.sandbox;
    control.setUser({ user: alice.upn, smtpDisabled: true });
    await connect(world, user, alice.upn);
    await sync();
    expect(await row()).toMatchObject({ sendBlocked: { code: 'smtpAuthDisabled' } });
    control.setUser({ user: alice.upn, smtpDisabled: false });
    await sync();
    expect(await row()).toMatchObject({ state: 'active', sendBlocked: null });
  });

  test('whose token was revoked before its time is renewed when it is looked at again whether it may send', async () => {
    const { control } = world.sandbox;
    const blocked = { sendBlocked: { code: 'smtpAuthDisabled', kind: 'permanent', who: 'administrator' } };
    await mail.db.getCollection('mailAccounts').model.update(blocked, { where: { id }, hooks: false });
    control.failSmtp({ reply: 'authRefused' });
    const before = renewals();
    await sync();
    expect(renewals()).toBe(before + 1);
    expect(await row()).toMatchObject({ state: 'active', sendBlocked: null });
    control.failSmtp({ reply: 'authRefused', times: 2 });
    await mail.db.getCollection('mailAccounts').model.update(blocked, { where: { id }, hooks: false });
    await sync();
    expect(await row()).toMatchObject({ state: 'active', sendBlocked: { code: 'loginRefused' } });
  });

  test('other failures of the work are none of the token', async () => {
    const before = renewals();
    const failing = withLogin(mail, id, 'imap', () => Promise.reject(new MailError('transient', 'connectionLost')));
    expect(await failure(failing)).toMatchObject({ code: 'connectionLost' });
    expect(renewals()).toBe(before);
  });

  test('is possible while paused, and not once disconnected', async () => {
    await user.agent.post('/api/mailAccounts:pause').query({ filterByTk: id }).send({}).expect(200);
    expect(await token()).toBeTruthy();
    await user.agent
      .post('/api/mailAccounts:disconnect')
      .query({ filterByTk: id })
      .send({ keepMail: true })
      .expect(200);
    expect(await row()).toMatchObject({ state: 'disconnected', credentials: null });
    expect(await failure(token())).toMatchObject({ code: 'accountDisconnected' });
  });

  test('does not open with credentials copied from another account', async () => {
    const other = await world.app.createUser();
    const { accountId } = await connect(world, other, bob.upn);
    const { credentials } = await row(accountId ?? '');
    await mail.db.getCollection('mailAccounts').model.update({ credentials }, { where: { id }, hooks: false });
    expect(await failure(token())).toMatchObject({ code: 'secretUnreadable' });
  });

  test('goes nowhere when the server is no longer allowed', async () => {
    expect(await failure(token({ ...mail, allowedHosts: [] }))).toMatchObject({ code: 'providerMisconfigured' });
  });
});

describe('renewed by several processes at once', () => {
  // Strict rotation: a refresh token that is used twice kills the sign-in, so a race would be seen.
  beforeEach(async () => {
    world.sandbox.control.setIdentity({ softRotation: false, accessTokenTtl: 240 });
    await connect(world, user, alice.upn);
    world.sandbox.control.setIdentity({ accessTokenTtl: 3600 });
  });

  test('one asks Microsoft and all get its token', async () => {
    const before = renewals();
    const tokens = await Promise.all(['a', 'b', 'c'].map((name) => token(elsewhere(name))));
    expect(new Set(tokens).size).toBe(1);
    expect(renewals()).toBe(before + 1);
    expect(await row()).toMatchObject({ state: 'active' });
  });

  test('a refusal of an old refresh token does not undo a newer one', async () => {
    const { version } = await row();
    world.sandbox.control.setIdentity({ delayMs: 300 });
    // A process whose lease ran out while it was asking, and another that has renewed meanwhile.
    const slow = token(elsewhere('slow'));
    await claimed();
    await mail.db
      .getCollection('mailAccounts')
      .model.update({ credentialsUntil: null }, { where: { id }, hooks: false });
    const quick = token(elsewhere('quick'));
    const results = await Promise.allSettled([slow, quick]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    const after = await row();
    expect(Number(after.version)).toBeGreaterThan(Number(version));
  });

  async function claimed(): Promise<void> {
    while (!(await row()).credentialsUntil) await new Promise((resolve) => setImmediate(resolve));
  }

  test('whoever finds the lease taken waits for it', async () => {
    const lease = await claimLease(mail, id, 'credentials');
    const waiting = token(elsewhere('waiting'));
    await releaseLease(mail, lease!);
    expect(await waiting).toBeTruthy();
  });
});

describe('when Microsoft refuses', () => {
  const later = () => elsewhere('later', 56);

  test('the sign-in itself, the user signs in again', async () => {
    world.sandbox.control.revokeUser({ user: alice.upn });
    expect(await failure(token(later()))).toMatchObject({ kind: 'reauthorize' });
    const [account] = await accounts(user);
    expect(account).toMatchObject({ state: 'reauthorize', error: { code: 'signInEnded', who: 'user' } });
    expect(world.app.pushed.at(-1)).toMatchObject({ userId: user.id, message: { type: 'mail:account' } });
  });

  test('for a moment, nothing changes', async () => {
    const before = await row();
    world.sandbox.control.failToken({ status: 503, error: 'temporarily_unavailable', code: 90033, times: 1 });
    expect(await failure(token(later()))).toMatchObject({ kind: 'transient', code: 'microsoftBusy' });
    world.sandbox.control.failToken({ drop: true });
    expect(await failure(token(later()))).toMatchObject({ kind: 'transient', code: 'microsoftUnreachable' });
    world.sandbox.control.failToken({ html: '<html>bad gateway</html>', status: 502 });
    expect(await failure(token(later()))).toMatchObject({ kind: 'transient' });
    const { state, version, lastError } = await row();
    expect({ state, version, lastError }).toEqual({ state: 'active', version: before.version, lastError: null });
    expect(await token(later())).toBeTruthy();
  });

  test('the secret, the administrator has one alarm and nobody is asked to sign in', async () => {
    const other = await world.app.createUser();
    const second = (await connect(world, other, bob.upn)).accountId ?? '';
    world.sandbox.control.setIdentity({ secretExpired: true });
    world.app.logs.clear();
    for (const accountId of [id, second, id]) {
      expect(await failure(token(later(), accountId))).toMatchObject({
        code: 'providerMisconfigured',
        who: 'administrator',
      });
    }
    expect(world.app.logs.text().match(/the app registration is refused/g)).toHaveLength(1);
    const { agent } = await world.app.root();
    const provider = async () => (await data<{ problem: object | null }[]>(agent.get('/api/mailProviders:list')))[0];
    expect(await provider()).toMatchObject({ problem: { code: 'secretExpired', who: 'administrator' } });
    for (const person of [user, other]) {
      expect((await accounts(person))[0]).toMatchObject({
        state: 'providerBroken',
        storedState: 'active',
        error: null,
      });
    }

    world.sandbox.control.setIdentity({ secretExpired: false });
    expect(await token(later())).toBeTruthy();
    expect(await provider()).toMatchObject({ problem: null });
    expect((await accounts(other))[0]).toMatchObject({ state: 'firstSync' });
  });

  test('an account that was connected under other settings, its user signs in again and there is no alarm', async () => {
    const [contoso] = tenants;
    world.sandbox.control.setClient({ signInAudience: 'AzureADMyOrg', tenant: contoso?.id });
    await world.configure({ accountTypes: 'tenant', tenantId: contoso?.id });
    const { agent } = await world.app.root();
    try {
      const steps = data<{ step: string; status: string }[]>(
        post(agent, 'mailProviders:verify', { name: 'microsoft' }),
      );
      expect((await steps).find(({ step }) => step === 'clientSecret')).toMatchObject({ status: 'skipped' });
      expect(await failure(token(later()))).toMatchObject({ kind: 'reauthorize', code: 'settingsChanged' });
      expect(await row()).toMatchObject({ state: 'reauthorize', lastError: { code: 'settingsChanged', who: 'user' } });
      const [provider] = await data<{ problem: object | null }[]>(agent.get('/api/mailProviders:list'));
      expect(provider).toMatchObject({ problem: null });
      expect(await connect(world, user, alice.upn)).toMatchObject({ state: 'done', accountId: id });
      expect(await token(later())).toBeTruthy();
    } finally {
      world.sandbox.control.clearFaults();
      await world.configure();
    }
  });

  test('nothing at all, a Client ID saved by mistake costs nobody his sign-in once it is put right', async () => {
    try {
      await world.configure({ clientId: '11111111-2222-4333-8444-555555555555' });
      expect(await failure(token(later()))).toMatchObject({ kind: 'reauthorize', code: 'settingsChanged' });
      expect(await row()).toMatchObject({ state: 'reauthorize', lastError: { code: 'settingsChanged' } });
    } finally {
      await world.configure();
    }
    expect(await row()).toMatchObject({ state: 'active', lastError: null });
    expect(world.app.pushed.at(-1)).toMatchObject({ userId: user.id, message: { type: 'mail:account' } });
    expect(await token(later())).toBeTruthy();
  });

  test('a check of the settings sends the secret to no sign-in service but the one that is set', async () => {
    let asked = 0;
    const other = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => other.listen(0, 'localhost', resolve));
    const { port } = other.address() as AddressInfo;
    await mail.db
      .getCollection('mailAccounts')
      .model.update({ authority: `https://localhost:${port}/common` }, { where: { id }, hooks: false });
    const { agent } = await world.app.root();
    await post(agent, 'mailProviders:verify', { name: 'microsoft' }).expect(200);
    other.close();
    expect(asked).toBe(0);
  });

  test('the secret, a new one saved ends the alarm and has the mailboxes try again', async () => {
    world.sandbox.control.setIdentity({ secretExpired: true });
    await failure(token(later()));
    await mail.db
      .getCollection('mailAccounts')
      .model.update(
        { nextSyncAt: null, lastError: { code: 'providerMisconfigured' } },
        { where: { id }, hooks: false },
      );
    world.sandbox.control.setIdentity({ secretExpired: false });
    await world.configure();
    expect(await row()).toMatchObject({ lastError: null, nextSyncAt: expect.any(Date) as Date });
    const { agent } = await world.app.root();
    const steps = await data<{ step: string; status: string }[]>(
      post(agent, 'mailProviders:verify', { name: 'microsoft' }),
    );
    expect(steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'clientId ok',
      'clientSecret ok',
      'publicUrl ok',
      'authority ok',
      'imapHost ok',
      'smtpHost ok',
    ]);
  });
});
