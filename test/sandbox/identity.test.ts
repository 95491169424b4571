import { InteractionRequiredAuthError } from '@azure/msal-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, carol, client, frank, paula, tenants } from '../../sandbox/outlook';
import type { Sandbox, SignInAudience, TokenFault } from '../../sandbox/outlook';
import { MAIL_SCOPES, REDIRECT, authorize, connect, memoryCache, refusalOf, sandbox, silent } from './clients';

const GRAPH_SCOPES = ['https://graph.microsoft.com/User.Read'];
const [contoso, fabrikam] = tenants;

let box: Sandbox;
beforeAll(async () => void (box = await sandbox()));
beforeEach(() => {
  box.control.clearFaults();
  for (const { upn } of box.users) box.control.removeConsent({ user: upn });
});
afterAll(() => box?.stop());

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('sign-in', () => {
  test.each(['common', 'organizations', contoso?.id, contoso?.domain])('works at /%s', async (tenant) => {
    const result = await connect(box, alice.upn, { tenant });
    expect(result.account?.homeAccountId).toBe(`${alice.oid}.${alice.tenant}`);
    expect(result.account?.username).toBe(alice.upn);
    expect(result.scopes).toEqual(expect.arrayContaining(MAIL_SCOPES));
    expect(claimsOf(result.accessToken)).toMatchObject({ aud: 'https://outlook.office.com', upn: alice.upn });
    expect(claimsOf(result.idToken)).toMatchObject({ oid: alice.oid, tid: alice.tenant, name: alice.name });
  });

  test('people of other tenants and personal accounts carry their own tenant', async () => {
    const other = await connect(box, frank.upn);
    expect(claimsOf(other.idToken).iss).toBe(`${box.settings.authorityHost}/${frank.tenant}/v2.0`);
    const personal = await connect(box, paula.upn);
    expect(personal.account?.homeAccountId).toBe(`${paula.oid}.${paula.tenant}`);
  });

  test('any port of localhost is accepted with a registered path, another path is not', async () => {
    await connect(box, alice.upn, { redirectUri: REDIRECT.replace('13000', '20021') });
    const error = await refusalOf(authorize(box, alice.upn, { redirectUri: 'http://localhost:13000/elsewhere' }));
    expect(error.message).toContain('AADSTS50011');
  });

  test('consent is asked once, for every scope, and remembered', async () => {
    await connect(box, alice.upn);
    const again = await authorize(box, alice.upn, { consent: false });
    expect(again.end.searchParams.get('code')).toBeTruthy();
  });

  test('Cancel comes back as access_denied with AADSTS65004', async () => {
    const { end, state } = await authorize(box, alice.upn, { consent: false });
    expect(end.searchParams.get('error')).toBe('access_denied');
    expect(end.searchParams.get('error_description')).toContain('AADSTS65004');
    expect(end.searchParams.get('state')).toBe(state);
  });

  test('a wrong password and an unknown user stay on the page', async () => {
    const error = await refusalOf(authorize(box, alice.upn, { password: 'wrong' }));
    expect(error.message).toContain('incorrect');
  });

  test('the account page offers who is signed in, and another account can be used', async () => {
    const cookies = new Map<string, string>();
    await connect(box, alice.upn, { cookies });
    const again = await connect(box, alice.upn, { cookies, password: 'not asked' });
    expect(again.account?.username).toBe(alice.upn);
    const other = await connect(box, bob.upn, { cookies });
    expect(other.account?.username).toBe(bob.upn);
  });

  test('an administrator has to approve where that is set', async () => {
    box.control.setIdentity({ adminConsentRequired: true });
    const { end } = await authorize(box, alice.upn);
    expect(end.searchParams.get('error_description')).toContain('AADSTS90094');
  });

  test('a queued refusal of the authorize endpoint goes straight back to the app', async () => {
    box.control.failAuthorize({
      error: 'temporarily_unavailable',
      code: 90033,
      text: 'A transient error has occurred.',
    });
    const { end } = await authorize(box, alice.upn);
    expect(end.searchParams.get('error')).toBe('temporarily_unavailable');
  });
});

describe('supported accounts and tenant paths', () => {
  test.each<[SignInAudience, string, string, number]>([
    ['AzureADMyOrg', 'common', alice.upn, 50194],
    ['AzureADMyOrg', 'organizations', alice.upn, 50194],
    ['AzureADMyOrg', fabrikam?.id ?? '', frank.upn, 700016],
    ['AzureADMyOrg', contoso?.id ?? '', frank.upn, 50020],
    ['AzureADMultipleOrgs', 'consumers', paula.upn, 9002332],
    ['AzureADMultipleOrgs', 'common', paula.upn, 500208],
    ['AzureADandPersonalMicrosoftAccount', 'organizations', paula.upn, 500208],
    ['PersonalMicrosoftAccount', 'common', alice.upn, 9002331],
  ])('an app for %s at /%s refuses %s with %i', async (signInAudience, tenant, user, code) => {
    box.control.setClient({ signInAudience });
    const { end } = await authorize(box, user, { tenant });
    expect(end.searchParams.get('error_description')).toContain(`AADSTS${code}:`);
  });

  test('a tenant nobody has is not found', async () => {
    await refusalOf(authorize(box, alice.upn, { tenant: 'nowhere.example' }));
  });

  test('a code is only good at the path it was asked at', async () => {
    const error = await refusalOf(connect(box, alice.upn, { tenant: 'common', redeemAt: contoso?.id }));
    expect(error).toMatchObject({ errorCode: 'invalid_grant', errorNo: 700005 });
  });
});

describe('the token endpoint', () => {
  test('one consent covers two resources, one token call does not', async () => {
    const cachePlugin = memoryCache();
    await connect(box, alice.upn, { cachePlugin, extraScopes: GRAPH_SCOPES });
    const graph = await silent(box, { cachePlugin, scopes: GRAPH_SCOPES });
    expect(claimsOf(graph.accessToken)).toMatchObject({ aud: 'https://graph.microsoft.com', scp: 'User.Read' });
    const error = await refusalOf(silent(box, { cachePlugin, scopes: [...MAIL_SCOPES, ...GRAPH_SCOPES] }));
    expect(error).toMatchObject({ errorNo: 28000 });
  });

  test('a scope nobody consented to needs interaction', async () => {
    const cachePlugin = memoryCache();
    await connect(box, alice.upn, { cachePlugin });
    const error = await refusalOf(silent(box, { cachePlugin, scopes: GRAPH_SCOPES }));
    expect(error).toBeInstanceOf(InteractionRequiredAuthError);
    expect(error).toMatchObject({ errorNo: 65001, subError: 'consent_required' });
  });

  test('bare scope names mean Graph', async () => {
    const result = await connect(box, alice.upn, { scopes: ['IMAP.AccessAsUser.All'] });
    expect(claimsOf(result.accessToken).aud).toBe('https://graph.microsoft.com');
  });

  test('a code works once, and only with its verifier', async () => {
    const { redeem } = await authorize(box, alice.upn);
    await redeem();
    expect(await refusalOf(redeem())).toMatchObject({ errorNo: 54005 });
    expect(await refusalOf(connect(box, alice.upn, { verifier: 'x'.repeat(43) }))).toMatchObject({ errorNo: 501481 });
  });

  test('the secret is checked, can expire and can be replaced', async () => {
    const wrong = await refusalOf(connect(box, alice.upn, { clientSecret: 'not-the-secret' }));
    expect(wrong).toMatchObject({ errorCode: 'invalid_client', errorNo: 7000215 });
    box.control.setIdentity({ secretExpired: true });
    expect(await refusalOf(connect(box, alice.upn))).toMatchObject({ errorNo: 7000222 });
    box.control.clearFaults();
    box.control.setClient({ clientSecret: 'another~value' });
    expect((await connect(box, alice.upn, { clientSecret: 'another~value' })).account?.username).toBe(alice.upn);
    expect(await refusalOf(connect(box, alice.upn))).toMatchObject({ errorNo: 7000215 });
  });

  test('refresh tokens rotate, and the old one lives on unless the strict switch is set', async () => {
    const refresh = async (token: string) => {
      const body = new URLSearchParams({
        client_id: client.clientId,
        client_secret: client.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: token,
        scope: [...MAIL_SCOPES, 'openid', 'profile', 'offline_access'].join(' '),
      });
      const url = `${box.settings.authorityHost}/common/oauth2/v2.0/token`;
      const answer = (await (await fetch(url, { method: 'POST', body })).json()) as Record<string, unknown>;
      return { token: String(answer.refresh_token), error: answer.error };
    };
    const cachePlugin = memoryCache();
    await connect(box, alice.upn, { cachePlugin });
    const stored = JSON.parse(cachePlugin.text) as { RefreshToken: Record<string, { secret: string }> };
    const first = Object.values(stored.RefreshToken)[0]?.secret ?? '';
    const second = await refresh(first);
    expect(second.token).not.toBe(first);
    expect((await refresh(first)).error).toBeUndefined();
    box.control.setIdentity({ softRotation: false });
    await refresh(second.token);
    expect((await refresh(second.token)).error).toBe('invalid_grant');
  });

  test('revoked, disabled and unconsented users get their own numbers', async () => {
    const cachePlugin = memoryCache();
    await connect(box, carol.upn, { cachePlugin });
    box.control.revokeUser({ user: carol.upn });
    expect(await refusalOf(silent(box, { cachePlugin, force: true }))).toMatchObject({
      errorCode: 'invalid_grant',
      errorNo: 50173,
    });
    box.control.clearFaults();
    box.control.setUser({ user: carol.upn, disabled: true });
    expect(await refusalOf(silent(box, { cachePlugin, force: true }))).toMatchObject({ errorNo: 50057 });
    box.control.setUser({ user: carol.upn, disabled: false });
    box.control.removeConsent({ user: carol.upn });
    expect(await refusalOf(silent(box, { cachePlugin, force: true }))).toMatchObject({ errorNo: 65001 });
  });

  test.each<[string, TokenFault, Record<string, unknown>]>([
    [
      '503',
      { status: 503, error: 'temporarily_unavailable', code: 90033, headers: { 'retry-after': '2' } },
      { errorNo: 90033 },
    ],
    ['429', { status: 429, error: 'throttled', code: 50196 }, { errorNo: 50196 }],
    ['an HTML page', { status: 502, html: '<html>bad gateway</html>' }, { errorCode: 'token_parsing_error' }],
    ['a dropped connection', { drop: true }, { errorCode: 'network_error' }],
    ['a demand for MFA', { error: 'interaction_required', code: 50076, suberror: 'basic_action' }, { errorNo: 50076 }],
    [
      'an idle refresh token',
      { error: 'invalid_grant', code: 700082, grantType: 'refresh_token' },
      { errorNo: 700082 },
    ],
  ])('answers %s once when told to', async (_name, fault, expected) => {
    const cachePlugin = memoryCache();
    await connect(box, bob.upn, { cachePlugin });
    box.control.failToken(fault);
    expect(await refusalOf(silent(box, { cachePlugin, force: true }))).toMatchObject(expected);
    expect((await silent(box, { cachePlugin, force: true })).account?.username).toBe(bob.upn);
  });

  test('hands out a Graph token, or a short-lived one, when told to', async () => {
    box.control.setIdentity({ graphAudience: true, accessTokenTtl: 330 });
    const { accessToken, expiresOn } = await connect(box, alice.upn);
    expect(claimsOf(accessToken).aud).toBe('https://graph.microsoft.com');
    expect((expiresOn?.getTime() ?? 0) - Date.now()).toBeLessThan(331_500);
  });

  test('Graph tells who signed in', async () => {
    const token = await box.token(alice.upn, { audience: 'https://graph.microsoft.com', scopes: ['User.Read'] });
    const me = await fetch(`${box.settings.authorityHost}/v1.0/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({ userPrincipalName: alice.upn });
  });
});
