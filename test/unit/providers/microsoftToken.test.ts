import { describe, expect, test } from 'vitest';
import { cachedMailToken, checkMailToken } from '../../../src/server/providers/microsoft/token';

const OUTLOOK = 'https://outlook.office.com';
const FULL = [`${OUTLOOK}/IMAP.AccessAsUser.All`, `${OUTLOOK}/SMTP.Send`];
const jwt = (claims: unknown) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const both = 'IMAP.AccessAsUser.All SMTP.Send';
const codeOf = (check: () => void): string => {
  try {
    check();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a token of Microsoft', () => {
  test.each<[string, string, string[], string]>([
    ['for Exchange with both permissions', jwt({ aud: OUTLOOK, scp: both }), FULL, 'accepted'],
    ['for Exchange, with a slash behind', jwt({ aud: `${OUTLOOK}/`, scp: both }), FULL, 'accepted'],
    ['for the older name of Exchange', jwt({ aud: 'https://outlook.office365.com', scp: both }), FULL, 'accepted'],
    ['for Exchange by its app id', jwt({ aud: '00000002-0000-0ff1-ce00-000000000000', scp: both }), FULL, 'accepted'],
    ['for the cloud of the US government', jwt({ aud: 'https://outlook.office365.us', scp: both }), FULL, 'accepted'],
    ['of a personal account, which nobody can read', 'EwBYA8l6BAAU', FULL, 'accepted'],
    ['in other letters', 'EwBYA8l6BAAU', FULL.map((scope) => scope.toLowerCase()), 'accepted'],
    ['for Graph', jwt({ aud: 'https://graph.microsoft.com', scp: both }), FULL, 'wrongAudience'],
    ['for Graph by its app id', jwt({ aud: '00000003-0000-0000-c000-000000000000', scp: both }), FULL, 'wrongAudience'],
    [
      'for a host that only looks like Exchange',
      jwt({ aud: `${OUTLOOK}.evil.example`, scp: both }),
      FULL,
      'wrongAudience',
    ],
    ['for several audiences', jwt({ aud: [OUTLOOK], scp: both }), FULL, 'wrongAudience'],
    ['for nobody', jwt({ scp: both }), FULL, 'wrongAudience'],
    [
      'that cannot be read, with scopes of Graph',
      'EwBYA8l6BAAU',
      ['IMAP.AccessAsUser.All', 'SMTP.Send'],
      'wrongAudience',
    ],
    ['without the permission to send', jwt({ aud: OUTLOOK, scp: 'IMAP.AccessAsUser.All' }), FULL, 'scopeMissing'],
    ['without the permission to read', jwt({ aud: OUTLOOK, scp: 'SMTP.Send' }), FULL, 'scopeMissing'],
    ['that cannot be read, without the permission to send', 'EwBYA8l6BAAU', FULL.slice(0, 1), 'scopeMissing'],
    ['with nothing granted', 'EwBYA8l6BAAU', [], 'scopeMissing'],
  ])('%s: %#', (_what, token, granted, code) => {
    expect(codeOf(() => checkMailToken(token, granted))).toBe(code);
  });

  test('says which permissions are missing', () => {
    expect(() => checkMailToken('Ew', [])).toThrow(
      expect.objectContaining({ params: { permissions: 'IMAP.AccessAsUser.All, SMTP.Send' } }) as Error,
    );
  });
});

describe('the token in stored credentials', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const entry = (changes: object = {}) => ({
    home_account_id: 'oid.tid',
    secret: jwt({ aud: OUTLOOK, scp: both }),
    target: FULL.join(' '),
    expires_on: String(now.getTime() / 1000 + 60),
    ...changes,
  });
  const cached = (...entries: object[]) =>
    cachedMailToken(
      JSON.stringify({ AccessToken: Object.fromEntries(entries.map((one, i) => [i, one])) }),
      'oid.tid',
      now,
    );

  test('is used while it is good', () => {
    expect(cached(entry())).toMatchObject({ expiresAt: new Date('2026-01-01T00:01:00Z') });
  });

  test('is found among tokens for other things', () => {
    expect(cached(entry({ target: 'https://graph.microsoft.com/User.Read', secret: 'Ew' }), entry())).not.toBeNull();
  });

  test.each([
    ['has ended', entry({ expires_on: String(now.getTime() / 1000) })],
    ['has no end', entry({ expires_on: 'x' })],
    ['is of another account', entry({ home_account_id: 'other.tid' })],
    ['is for Graph', entry({ secret: jwt({ aud: 'https://graph.microsoft.com', scp: both }) })],
    ['is no text', entry({ secret: 7 })],
  ])('is not used when it %s', (_why, one) => {
    expect(cached(one)).toBeNull();
  });

  test.each(['', 'null', '[]', '{"AccessToken":7}', '{"AccessToken":{"x":null}}', 'not json'])(
    '%j holds none',
    (text) => {
      expect(cachedMailToken(text, 'oid.tid', now)).toBeNull();
    },
  );
});
