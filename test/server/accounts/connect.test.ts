import { afterEach, describe, expect, test } from 'vitest';
import { alice, bob, paula } from '../../../sandbox/outlook/fixtures';
import type { ConnectStatus } from '../../../src/shared/types';
import type { TestUser } from '../../harness';
import { accounts, answerOf, connect, data, finish, post, refusal, start, worldForAll, type World } from './world';

let world: World;
let user: TestUser;

worldForAll((started, created) => ([world, user] = [started, created]));
afterEach(async () => {
  world.sandbox.control.clearFaults();
  for (const { upn } of [alice, bob])
    world.sandbox.control.setUser({ user: upn, imapDisabled: false, smtpDisabled: false });
});

const rows = (collection: string) => world.app.app.db.getCollection(collection).model.findAll({ raw: true });

describe('a mailbox is connected', () => {
  test('after sign-in and consent, with its address and the page to go back to', async () => {
    const status = await connect(world, user, alice.upn, { values: { returnPath: '/v/admin/mail?x=1' } });
    expect(status).toMatchObject({
      state: 'done',
      address: alice.upn,
      error: null,
      sendBlocked: null,
      returnPath: '/v/admin/mail?x=1',
    });
    const [account] = await accounts(user);
    expect(account).toMatchObject({
      id: status.accountId,
      address: alice.upn,
      displayName: alice.name,
      state: 'firstSync',
    });
    expect(world.app.pushed).toContainEqual({
      userId: user.id,
      message: { type: 'mail:account', payload: { accountId: status.accountId } },
    });
  });

  test('for a personal account as well', async () => {
    expect(await connect(world, user, paula.upn)).toMatchObject({ state: 'done', address: paula.upn });
  });

  test('with all five permissions asked for at once, PKCE, a nonce and a choice of account', async () => {
    const { authorizeUrl } = await start(user);
    const query = new URL(authorizeUrl).searchParams;
    expect(query.get('response_mode'), 'the code must reach no referrer and no log').toBe('fragment');
    expect(query.get('scope')?.split(' ').sort()).toEqual(
      [
        'email',
        'https://graph.microsoft.com/User.Read',
        'https://outlook.office.com/IMAP.AccessAsUser.All',
        'https://outlook.office.com/SMTP.Send',
        'offline_access',
        'openid',
        'profile',
      ].sort(),
    );
    expect(Object.fromEntries(query)).toMatchObject({
      prompt: 'select_account',
      code_challenge_method: 'S256',
      redirect_uri: 'http://localhost:13000/admin/settings/mail/oauth2',
      response_type: 'code',
    });
    expect(query.get('nonce')).toBeTruthy();
    expect(query.get('state')).toBeTruthy();
  });

  test('and the token call names one resource only', async () => {
    await connect(world, user, alice.upn);
    const { tokenRequests } = world.sandbox.control.state();
    expect(tokenRequests.at(-1)).toMatchObject({ grantType: 'authorization_code', answered: 200 });
    expect(tokenRequests.at(-1)?.scope).not.toContain('graph');
  });

  test('once: signing in to the same mailbox again renews it', async () => {
    const first = await connect(world, user, alice.upn);
    const second = await connect(world, user, alice.upn);
    expect(second.accountId).toBe(first.accountId);
    expect(await accounts(user)).toHaveLength(1);
  });

  test('anew while the mail of the former connection is still being removed', async () => {
    const first = await connect(world, user, alice.upn);
    const disconnect = post(user.agent, `mailAccounts:disconnect?filterByTk=${first.accountId}`, { keepMail: false });
    await disconnect.expect(200);
    const second = await connect(world, user, alice.upn);
    expect(second).toMatchObject({ state: 'done' });
    expect((await accounts(user)).map(({ id }) => id)).toEqual([second.accountId]);
    expect(second.accountId).not.toBe(first.accountId);
  });

  test('from the chosen day on', async () => {
    await connect(world, user, alice.upn, { values: { startDate: '2026-01-02T00:00:00.000Z' } });
    expect((await accounts(user))[0]?.startDate).toBe('2026-01-02T00:00:00.000Z');
  });

  test('from another day on where the mailbox is connected already, and as before where none is chosen', async () => {
    const startDateAfter = async (values: object) => {
      await connect(world, user, alice.upn, { values });
      return (await accounts(user))[0]?.startDate;
    };
    expect(await startDateAfter({ startDate: '2026-01-02T00:00:00.000Z' })).toBe('2026-01-02T00:00:00.000Z');
    expect(await startDateAfter({})).toBe('2026-01-02T00:00:00.000Z');
    expect(await startDateAfter({ startDate: '2025-06-01T00:00:00.000Z' })).toBe('2025-06-01T00:00:00.000Z');
  });

  test('and readable only, where the tenant has SMTP AUTH switched off', async () => {
    world.sandbox.control.setUser({ user: alice.upn, smtpDisabled: true });
    const status = await connect(world, user, alice.upn);
    expect(status).toMatchObject({ state: 'done', sendBlocked: { code: 'smtpAuthDisabled', who: 'administrator' } });
    expect((await accounts(user))[0]).toMatchObject({ state: 'firstSync', sendBlocked: { code: 'smtpAuthDisabled' } });
  });
});

describe('a sign-in belongs to its user, his browser and one use', () => {
  const begin = async () => {
    const { connectId, authorizeUrl } = await start(user);
    return { connectId, answer: answerOf(await world.sandbox.signIn(authorizeUrl, alice.upn)) };
  };

  test('the cookie is HttpOnly, SameSite=Lax, short-lived and limited to the API', async () => {
    const response = await post(user.agent, 'mailAccounts:connect', {
      provider: 'microsoft',
      returnPath: '/admin/mail',
    });
    const [cookie] = response.headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^mail-sign-in-\w+=[\w-]{43}; Path=\/api\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
  });

  test('over https the cookie is Secure and the return address https', async () => {
    const response = await user.agent
      .post('/api/mailAccounts:connect')
      .set('Origin', 'https://crm.example.com')
      .send({ provider: 'microsoft', returnPath: '/admin/mail' });
    expect((response.headers['set-cookie'] as unknown as string[])[0]).toContain('; Secure');
    const url = new URL((response.body as { data: { authorizeUrl: string } }).data.authorizeUrl);
    expect(url.searchParams.get('redirect_uri')).toBe('https://crm.example.com/admin/settings/mail/oauth2');
  });

  test('the state of another user is refused and stays good for its owner', async () => {
    const { answer } = await begin();
    const other = await world.app.createUser();
    expect(await refusal(post(other.agent, 'mailAccounts:finish', answer))).toMatchObject({ code: 'signInOtherUser' });
    expect(await accounts(other)).toEqual([]);
    expect(await finish(user, answer)).toMatchObject({ state: 'done' });
  });

  test('without the cookie it is refused', async () => {
    const { answer } = await begin();
    const elsewhere = await world.app.login(user.username, `${user.username}-password`);
    expect(await refusal(post(elsewhere.agent, 'mailAccounts:finish', answer))).toMatchObject({
      code: 'signInOtherBrowser',
    });
    expect(await accounts(user)).toEqual([]);
  });

  test('with the cookie of another sign-in it is refused', async () => {
    const { answer } = await begin();
    const elsewhere = await world.app.login(user.username, `${user.username}-password`);
    await start(elsewhere);
    expect(await refusal(post(elsewhere.agent, 'mailAccounts:finish', answer))).toMatchObject({
      code: 'signInOtherBrowser',
    });
  });

  test('a second use is refused', async () => {
    const { answer } = await begin();
    await finish(user, answer);
    expect(await refusal(post(user.agent, 'mailAccounts:finish', answer))).toMatchObject({ code: 'signInUsed' });
  });

  test('of two returns at the same moment one is taken', async () => {
    const { answer } = await begin();
    const answers = await Promise.all([1, 2, 3].map(() => post(user.agent, 'mailAccounts:finish', answer)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    expect(await accounts(user)).toHaveLength(1);
  });

  test('after ten minutes it is refused', async () => {
    const { connectId, answer } = await begin();
    const { model } = world.app.app.db.getCollection('mailConnects');
    await model.update({ expiresAt: new Date(Date.now() - 1000) }, { where: { id: connectId } });
    expect(await refusal(post(user.agent, 'mailAccounts:finish', answer))).toMatchObject({ code: 'signInExpired' });
  });

  test('a state nobody has heard of is refused', async () => {
    for (const state of ['', 'x', 'A'.repeat(43), '[object Object]', { $ne: '' }]) {
      expect(await refusal(post(user.agent, 'mailAccounts:finish', { state, code: 'c' }))).toMatchObject({
        code: 'signInUnknown',
      });
    }
  });

  test('what remains of a used one holds no secret', async () => {
    const { answer } = await begin();
    await finish(user, answer);
    const left = (await rows('mailConnects')) as unknown as Record<string, unknown>[];
    expect(left.filter((row) => String(row.userId) === String(user.id))).toEqual([
      expect.objectContaining({ state: 'done', secrets: null, cookieHash: null }),
    ]);
  });

  test('its progress is told to its user only', async () => {
    const { connectId } = await start(user);
    const status = (agent: TestUser['agent']) => agent.get('/api/mailAccounts:status').query({ filterByTk: connectId });
    expect(await data<ConnectStatus>(status(user.agent))).toMatchObject({ connectId, state: 'started' });
    const other = await world.app.createUser();
    expect(await refusal(status(other.agent))).toMatchObject({ code: 'notFound' });
  });

  test('it never leads out of the app', async () => {
    const { connectId } = await start(user, { returnPath: '//evil.example/' });
    const status = user.agent.get('/api/mailAccounts:status').query({ filterByTk: connectId });
    expect((await data<ConnectStatus>(status)).returnPath).toBe('/admin/mail');
  });
});

describe('what goes wrong is said plainly and leaves no account', () => {
  afterEach(async () => {
    expect(await accounts(user)).toEqual([]);
  });

  test('consent cancelled', async () => {
    world.sandbox.control.removeConsent({ user: bob.upn });
    const status = await connect(world, user, bob.upn, { consent: false });
    expect(status).toMatchObject({ state: 'failed', error: { code: 'signInCancelled', who: 'user' } });
  });

  test('approval by an administrator needed: with the link to send to him', async () => {
    world.sandbox.control.setIdentity({ adminConsentRequired: true });
    const status = await connect(world, user, bob.upn);
    expect(status).toMatchObject({ state: 'failed', error: { code: 'adminConsentRequired', who: 'administrator' } });
    const link = new URL(status.adminConsentUrl ?? '');
    expect(link.pathname).toBe('/organizations/v2.0/adminconsent');
    expect(link.searchParams.get('scope')).toContain('IMAP.AccessAsUser.All');
  });

  test('a token without the permission to send', async () => {
    world.sandbox.control.removeConsent({ user: bob.upn });
    const { authorizeUrl } = await start(user);
    const url = new URL(authorizeUrl);
    const scope = url.searchParams.get('scope')?.replace(/ ?\S+SMTP\.Send/, '') ?? '';
    url.searchParams.set('scope', scope);
    const status = await finish(user, answerOf(await world.sandbox.signIn(url.href, bob.upn)));
    expect(status).toMatchObject({
      state: 'failed',
      error: { code: 'scopeMissing', params: { permissions: 'SMTP.Send' } },
    });
  });

  test('a token for Graph', async () => {
    world.sandbox.control.setIdentity({ graphAudience: true });
    expect(await connect(world, user, alice.upn)).toMatchObject({ state: 'failed', error: { code: 'wrongAudience' } });
  });

  test('IMAP refused: the likely causes, in order', async () => {
    world.sandbox.control.failImap({ name: 'authenticateFailed', times: 0 });
    const status = await connect(world, user, alice.upn);
    expect(status).toMatchObject({
      state: 'failed',
      error: { code: 'imapRefused', who: 'administrator', params: { address: alice.upn } },
    });
  });

  test('the mailbox does not open', async () => {
    world.sandbox.control.setUser({ user: alice.upn, imapDisabled: true });
    expect(await connect(world, user, alice.upn)).toMatchObject({ state: 'failed', error: { code: 'imapNotOpened' } });
  });

  test('the mail server is busy: nobody tries again by himself but the user', async () => {
    world.sandbox.control.failImap({ name: 'serverUnavailable', times: 0 });
    expect(await connect(world, user, alice.upn)).toMatchObject({
      state: 'failed',
      error: { code: 'imapNotReached', who: 'user', params: { host: world.sandbox.settings.imap.host } },
    });
  });

  test('a code that was changed on the way', async () => {
    const { authorizeUrl } = await start(user);
    const answer = answerOf(await world.sandbox.signIn(authorizeUrl, alice.upn));
    const status = await finish(user, { ...answer, code: `${answer.code}x` });
    expect(status.state).toBe('failed');
    expect(status.error?.kind).toBe('reauthorize');
  });

  test('Microsoft out of reach', async () => {
    world.sandbox.control.failToken({ drop: true, times: 0 });
    expect(await connect(world, user, alice.upn)).toMatchObject({
      state: 'failed',
      error: { code: 'microsoftUnreachable', kind: 'transient', who: 'user' },
    });
  });

  test('the wrong tenant: before anybody is sent to Microsoft', async () => {
    await world.configure({ accountTypes: 'tenant', tenantId: '11111111-2222-4333-8444-555555555555' });
    try {
      const view = await refusal(
        post(user.agent, 'mailAccounts:connect', { provider: 'microsoft', returnPath: '/admin/mail' }),
      );
      expect(view).toMatchObject({ code: 'tenantUnknown', who: 'administrator' });
    } finally {
      await world.configure();
    }
  });

  test.each([['a wrong secret', { clientSecret: 'Wrong~secret.value_0123456789abcdefghijkl' }, 'secretWrong']])(
    '%s: one alarm for the administrator',
    async (_name, changes, code) => {
      await world.configure(changes);
      try {
        const status = await connect(world, user, alice.upn);
        expect(status).toMatchObject({ state: 'failed', error: { code, who: 'administrator' } });
        const [provider] = await data<{ problem: { code: string } }[]>(
          (await world.app.root()).agent.get('/api/mailProviders:list'),
        );
        expect(provider?.problem).toMatchObject({ code });
      } finally {
        await world.configure();
      }
    },
  );
});
