import { describe, expect, test } from 'vitest';
import { isAcceptedOrigin, localPath, publicOrigin, redirectUriOf } from '../../../src/server/accounts/returnPath';

describe('the page to go back to', () => {
  test.each(['/admin/mail', '/v/admin/mail/12?x=1#y', '/nocobase/admin/abc', '/'])('may be %j', (path) => {
    expect(localPath(path)).toBe(path);
  });

  test.each([
    'https://evil.example/',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/./\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    'admin/mail',
    '',
    `/${'x'.repeat(1000)}`,
    null,
    undefined,
    7,
    ['/admin'],
    {},
  ])('is the mail page instead of %j', (path) => {
    expect(localPath(path)).toBe('/admin/mail');
  });
});

describe('the address people see', () => {
  const own = 'http://127.0.0.1:13000';

  test.each([
    [{ origin: 'https://crm.example.com' }, 'https://crm.example.com'],
    [{ origin: 'https://crm.example.com', referer: 'https://other.example/x' }, 'https://crm.example.com'],
    [{ referer: 'https://crm.example.com/v/admin/settings/mail?token=1' }, 'https://crm.example.com'],
    [{ origin: 'null', referer: 'https://crm.example.com/' }, 'https://crm.example.com'],
    [{ forwardedProto: 'https', forwardedHost: 'crm.example.com' }, 'https://crm.example.com'],
    [{ forwardedProto: 'https, http', forwardedHost: 'crm.example.com, inner' }, 'https://crm.example.com'],
    [{ forwardedHost: 'crm.example.com' }, 'http://crm.example.com'],
    [{ origin: 'file:///x' }, own],
    [{}, own],
  ])('is taken from %j', (headers, origin) => {
    expect(publicOrigin({ ...headers, own })).toBe(origin);
  });

  test.each([
    [undefined, 'https://a.example/admin/settings/mail/oauth2'],
    ['/', 'https://a.example/admin/settings/mail/oauth2'],
    ['/nocobase/', 'https://a.example/nocobase/admin/settings/mail/oauth2'],
    ['nocobase', 'https://a.example/nocobase/admin/settings/mail/oauth2'],
  ])('makes the return address with the public path %j', (publicPath, uri) => {
    expect(redirectUriOf('https://a.example', publicPath)).toBe(uri);
  });

  test.each([
    ['https://a.example', true],
    ['http://localhost:13000', true],
    ['http://127.0.0.1:13000', false],
    ['http://crm.lan', false],
  ])('%s is one Microsoft returns to: %j', (origin, accepted) => {
    expect(isAcceptedOrigin(origin)).toBe(accepted);
  });
});
