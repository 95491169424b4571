import { describe, expect, test } from 'vitest';
import {
  checkClientId,
  checkClientSecret,
  checkRedirectUri,
  checkTenant,
  expiryOf,
  isOtherOrigin,
} from '../../../src/client/settings/checks';
import { fieldsOf, inputOf, usesOtherHosts } from '../../../src/client/settings/providerFields';
import type { ProviderView } from '../../../src/shared/types';

const GUID = '6731de76-14a6-49ae-97bc-6eba6914391e';

describe('the settings form says', () => {
  test.each([
    [undefined, 'clientIdMissing'],
    ['  ', 'clientIdMissing'],
    ['my-app', 'clientIdMalformed'],
    [`${GUID}0`, 'clientIdMalformed'],
    [` ${GUID.toUpperCase()} `, undefined],
  ])('of the Client ID %j: %s', (value, code) => {
    expect(checkClientId(value)?.code).toBe(code);
  });

  test.each([
    ['', 'secretMissing'],
    [GUID, 'secretIsId'],
    [` ${GUID.toUpperCase()}\n`, 'secretIsId'],
    ['Qx28Q~abc', undefined],
    ['{{ $env.MAIL_CLIENT_SECRET }}', undefined],
    ['{{ $env.MAIL_CLIENT_SECRET', 'secretReferenceMalformed'],
  ])('of the secret %j: %s', (value, code) => {
    expect(checkClientSecret(value)?.code).toBe(code);
  });

  test.each([
    ['common', '', undefined],
    ['tenant', '', 'tenantMissing'],
    ['tenant', 'contoso', 'tenantMalformed'],
    ['tenant', 'contoso.onmicrosoft.com', undefined],
    ['tenant', GUID, undefined],
  ] as const)('of %s with the tenant %j: %s', (accountTypes, value, code) => {
    expect(checkTenant(accountTypes, value)?.code).toBe(code);
  });

  test.each([
    ['https://crm.example.org/admin/settings/mail/oauth2', undefined],
    ['http://localhost:13000/admin/settings/mail/oauth2', undefined],
    ['http://crm.lan/admin/settings/mail/oauth2', 'publicUrlHttp'],
    ['http://127.0.0.1:13000/admin/settings/mail/oauth2', 'publicUrlHttp'],
    ['', 'publicUrlMissing'],
  ])('of the redirect URI %j: %s', (uri, code) => {
    expect(checkRedirectUri(uri)?.code).toBe(code);
  });

  test('when Microsoft returns people to another address than this one', () => {
    expect(isOtherOrigin('https://a.example/x', 'https://b.example')).toBe(true);
    expect(isOtherOrigin('https://a.example/x', 'https://a.example')).toBe(false);
  });
});

describe('the life of a secret', () => {
  const today = new Date(2026, 2, 1, 23, 59);
  test.each([
    [null, { state: 'unknown', days: 0 }],
    ['no date', { state: 'unknown', days: 0 }],
    ['2026-02-28', { state: 'past', days: -1 }],
    ['2026-03-01', { state: 'near', days: 0 }],
    ['2026-03-31', { state: 'near', days: 30 }],
    ['2026-04-01', { state: 'later', days: 31 }],
  ])('that ends on %s', (date, expected) => {
    expect(expiryOf(date, today)).toEqual(expected);
  });
});

describe('what is saved', () => {
  const view: ProviderView = {
    name: 'microsoft',
    title: 'Outlook',
    configured: true,
    clientId: GUID,
    secretSet: true,
    secretFromEnvironment: false,
    secretExpiresAt: '2027-01-01',
    accountTypes: 'common',
    tenantId: '',
    advanced: { authorityHost: '', imap: null, smtp: null },
    redirectUri: 'https://crm.example.org/admin/settings/mail/oauth2',
    problem: null,
  };

  test('leaves the stored secret alone unless a new one is typed', () => {
    expect(inputOf('microsoft', fieldsOf(view))).not.toHaveProperty('clientSecret');
    expect(inputOf('microsoft', { ...fieldsOf(view), clientSecret: '  ' })).not.toHaveProperty('clientSecret');
    expect(inputOf('microsoft', { ...fieldsOf(view), clientSecret: ' new ' }).clientSecret).toBe('new');
  });

  test('empty hosts mean Microsoft’s own, a host without a port its usual one', () => {
    expect(inputOf('microsoft', fieldsOf(view)).advanced).toEqual({ authorityHost: '', imap: null, smtp: null });
    const fields = { ...fieldsOf(view), imap: { host: ' Mail.Example ', port: null, secure: true } };
    expect(inputOf('microsoft', fields).advanced?.imap).toEqual({ host: 'mail.example', port: 993, secure: true });
    expect(usesOtherHosts(view)).toBe(false);
  });

  test('forgets the tenant of an app that is not for one organisation', () => {
    const fields = { ...fieldsOf(view), tenantId: 'contoso.com' };
    expect(inputOf('microsoft', fields).tenantId).toBe('');
    expect(inputOf('microsoft', { ...fields, accountTypes: 'tenant' }).tenantId).toBe('contoso.com');
  });

  test('gives back what was shown', () => {
    const stored: ProviderView = {
      ...view,
      accountTypes: 'tenant',
      tenantId: GUID,
      advanced: {
        authorityHost: 'https://localhost:9443',
        imap: { host: 'localhost', port: 1993, secure: true },
        smtp: { host: 'localhost', port: 1587, secure: false },
      },
    };
    const { advanced, accountTypes, tenantId, secretExpiresAt } = inputOf('microsoft', fieldsOf(stored));
    expect({ advanced, accountTypes, tenantId, secretExpiresAt }).toEqual({
      advanced: stored.advanced,
      accountTypes: 'tenant',
      tenantId: GUID,
      secretExpiresAt: '2027-01-01',
    });
  });
});
