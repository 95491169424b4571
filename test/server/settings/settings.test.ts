import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderView, VerifyStep } from '../../../src/shared/types';
import { createTestApp, type Agent, type TestApp } from '../../harness';
import { data, ORIGIN, post, refusal } from '../accounts/world';

const CLIENT_ID = '6731de76-14a6-49ae-97bc-6eba6914391e';
const SECRET = 'Qx2~a-secret.value_0123456789abcdefghijkl';
const registration = { name: 'microsoft', clientId: CLIENT_ID, clientSecret: SECRET, accountTypes: 'common' };
let app: TestApp;
let root: Agent;

beforeAll(async () => {
  app = await createTestApp({ env: { MAIL_ALLOWED_HOSTS: 'mail.example:1993,id.example' } });
  root = (await app.root()).agent;
});
afterAll(() => app?.stop());

const save = (changes: object) => post(root, 'mailProviders:save', { ...registration, ...changes });
const view = async () => (await data<ProviderView[]>(root.get('/api/mailProviders:list').set('Origin', ORIGIN)))[0];

describe('the app registration', () => {
  test('is not configured at first, and says which return address to register', async () => {
    expect(await view()).toMatchObject({
      name: 'microsoft',
      configured: false,
      secretSet: false,
      redirectUri: 'http://localhost:13000/admin/settings/mail/oauth2',
    });
    const user = await app.createUser();
    const list = await data<{ providers: object[] }>(user.agent.get('/api/mailAccounts:list'));
    expect(list.providers).toEqual([{ name: 'microsoft', title: 'Outlook', configured: false }]);
    const start = post(user.agent, 'mailAccounts:connect', { provider: 'microsoft', returnPath: '/' });
    expect(await refusal(start)).toMatchObject({ code: 'providerNotConfigured', who: 'administrator' });
  });

  test.each([
    [{ clientId: '' }, 'clientIdMissing'],
    [{ clientId: 'my-app' }, 'clientIdMalformed'],
    [{ clientId: `${CLIENT_ID}0` }, 'clientIdMalformed'],
    [{ clientId: '{{ $env.CLIENT_ID }}' }, 'clientIdMalformed'],
    [{ clientId: { $ne: '' } }, 'clientIdMissing'],
    [{ clientSecret: '' }, 'secretMissing'],
    [{ clientSecret: '3d1f7c9a-1111-4222-8333-944445555566' }, 'secretIsId'],
    [{ clientSecret: '{{ $env.NOT_THERE }}' }, 'secretEnvironmentEmpty'],
    [{ clientSecret: '{{ $env.MAIL_SECRET' }, 'secretReferenceMalformed'],
    [{ clientSecret: '$env.MAIL_SECRET' }, 'secretReferenceMalformed'],
    [{ clientSecret: '{{ env.MAIL_SECRET }}' }, 'secretReferenceMalformed'],
    [{ clientSecret: '{{ $env.MAIL_SECRET }} ?' }, 'secretReferenceMalformed'],
    [{ clientSecret: '{{ $env.MAIL-SECRET }}' }, 'secretReferenceMalformed'],
    [{ accountTypes: 'everybody' }, 'accountTypesInvalid'],
    [{ accountTypes: 'tenant' }, 'tenantMissing'],
    [{ accountTypes: 'tenant', tenantId: 'a b' }, 'tenantMalformed'],
    [{ accountTypes: 'tenant', tenantId: '../common' }, 'tenantMalformed'],
    [{ secretExpiresAt: 'soon' }, 'dateInvalid'],
    [{ name: 'gmail' }, 'providerUnknown'],
    [{ advanced: { authorityHost: 'http://login.microsoftonline.com' } }, 'hostMalformed'],
    [{ advanced: { authorityHost: 'https://login.microsoftonline.com.evil.example' } }, 'hostNotAllowed'],
    [{ advanced: { authorityHost: 'https://login.microsoftonline.com@evil.example' } }, 'hostMalformed'],
    [{ advanced: { imap: { host: 'mail.example', port: 993, secure: true } } }, 'hostNotAllowed'],
    [{ advanced: { smtp: { host: '169.254.169.254', port: 80, secure: false } } }, 'hostNotAllowed'],
  ])('with %j is not saved: %s', async (changes, code) => {
    expect(await refusal(save(changes))).toMatchObject({ code });
    expect(await view()).toMatchObject({ configured: false });
  });

  test('is saved, its secret never told again', async () => {
    const saved = await data<ProviderView>(save({ secretExpiresAt: '2027-05-01T00:00:00Z' }));
    expect(saved).toMatchObject({
      configured: true,
      secretSet: true,
      secretFromEnvironment: false,
      secretExpiresAt: '2027-05-01',
    });
    expect(await view()).toEqual(saved);
    expect(JSON.stringify(saved)).not.toContain(SECRET);
  });

  test('keeps the secret that is not posted again', async () => {
    const { clientSecret: _left, ...others } = registration;
    const saved = await data<ProviderView>(
      post(root, 'mailProviders:save', { ...others, accountTypes: 'organizations' }),
    );
    expect(saved).toMatchObject({
      configured: true,
      secretSet: true,
      accountTypes: 'organizations',
      secretExpiresAt: '2027-05-01',
    });
  });

  test('may have its secret in a variable of the environment', async () => {
    await root
      .post('/api/environmentVariables:create')
      .send({ name: 'MAIL_SECRET', type: 'secret', value: SECRET })
      .expect(200);
    expect(await data<ProviderView>(save({ clientSecret: '{{ $env.MAIL_SECRET }}' }))).toMatchObject({
      secretSet: true,
      secretFromEnvironment: true,
    });
  });

  test('may use hosts that the environment of the server allows', async () => {
    const advanced = {
      authorityHost: 'https://id.example:8443/',
      imap: { host: 'Mail.Example', port: 1993, secure: true },
    };
    expect(await data<ProviderView>(save({ advanced }))).toMatchObject({
      advanced: {
        authorityHost: 'https://id.example:8443',
        imap: { host: 'mail.example', port: 1993, secure: true },
        smtp: null,
      },
    });
  });

  test('keeps its hosts and its tenant when they are not posted again, and forgets them when they are posted empty', async () => {
    const imap = { host: 'mail.example', port: 1993, secure: true };
    const tenantId = '11111111-2222-4333-8444-555555555555';
    await data(save({ accountTypes: 'tenant', tenantId, advanced: { authorityHost: 'https://id.example', imap } }));
    expect(await data<ProviderView>(save({ accountTypes: 'tenant', secretExpiresAt: '2028-01-01' }))).toMatchObject({
      tenantId,
      advanced: { authorityHost: 'https://id.example', imap },
    });
    const empty = { authorityHost: '', imap: null, smtp: null };
    expect(await data<ProviderView>(save({ tenantId: '', advanced: empty }))).toMatchObject({
      tenantId: '',
      advanced: empty,
    });
  });

  test('may be of a sovereign cloud', async () => {
    await data(save({ advanced: { authorityHost: 'https://login.microsoftonline.us' } }));
    const user = await app.createUser();
    const start = await data<{ authorizeUrl: string }>(
      post(user.agent, 'mailAccounts:connect', { provider: 'microsoft', returnPath: '/' }),
    );
    const url = new URL(start.authorizeUrl);
    expect(url.origin).toBe('https://login.microsoftonline.us');
    expect(url.searchParams.get('scope')).toContain('https://outlook.office365.us/IMAP.AccessAsUser.All');
  });

  test('reached under plain http, is told to be unreachable for Microsoft', async () => {
    const own = { host: 'mail.example', port: 1993, secure: true };
    await data(save({ advanced: { authorityHost: 'https://id.example', imap: own, smtp: own } }));
    const steps = await data<VerifyStep[]>(
      root.post('/api/mailProviders:verify').set('Origin', 'http://crm.lan').send({ name: 'microsoft' }),
    );
    expect(steps.find(({ step }) => step === 'publicUrl')).toMatchObject({
      status: 'failed',
      error: { code: 'publicUrlHttp', params: { origin: 'http://crm.lan' } },
    });
  });

  test('is removed, but not under connected mailboxes', async () => {
    const { model } = app.app.db.getCollection('mailAccounts');
    const account = { id: '5', userId: 1, provider: 'microsoft', homeAccountId: 'h', state: 'active' };
    await model.create(account, { hooks: false });
    expect(await refusal(post(root, 'mailProviders:remove', { name: 'microsoft' }))).toMatchObject({
      code: 'providerInUse',
      params: { count: 1 },
    });
    await model.destroy({ where: { id: '5' }, hooks: false });
    await post(root, 'mailProviders:remove', { name: 'microsoft' }).expect(200);
    expect(await view()).toMatchObject({ configured: false, clientId: '' });
  });
});

describe('general settings', () => {
  test('have defaults', async () => {
    expect(await data(root.get('/api/mailSettings:get'))).toEqual({
      pollMinutes: 5,
      undoSeconds: 10,
      defaultSyncDays: 30,
      messagesPerMinute: 30,
      spoolMegabytes: 500,
    });
  });

  test('are saved one by one', async () => {
    await data(post(root, 'mailSettings:save', { pollMinutes: 15 }));
    await data(post(root, 'mailSettings:save', { undoSeconds: 0 }));
    expect(await data(root.get('/api/mailSettings:get'))).toEqual({
      pollMinutes: 15,
      undoSeconds: 0,
      defaultSyncDays: 30,
      messagesPerMinute: 30,
      spoolMegabytes: 500,
    });
  });

  test.each([
    { pollMinutes: 0 },
    { pollMinutes: 2.5 },
    { pollMinutes: '5' },
    { undoSeconds: -1 },
    { defaultSyncDays: 1e9 },
    { pollMinutes: null },
  ])('are not saved as %j', async (values) => {
    expect(await refusal(post(root, 'mailSettings:save', values))).toMatchObject({ code: 'settingOutOfBounds' });
  });
});
