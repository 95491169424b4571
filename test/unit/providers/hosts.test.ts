import { describe, expect, test } from 'vitest';
import { checkAuthority, checkEndpoint } from '../../../src/server/providers/hosts';
import { BUILT_IN_HOSTS, CLOUDS } from '../../../src/server/providers/microsoft/clouds';

const allowed = ['own.example', 'only.example:1993'];
const verdict = (check: () => unknown) => {
  try {
    check();
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('an authority', () => {
  test.each([
    ...CLOUDS.flatMap(({ authorities }) => authorities).map((origin) => [origin, 'allowed']),
    ['https://login.microsoftonline.com/', 'allowed'],
    ['https://LOGIN.microsoftonline.com', 'allowed'],
    ['https://own.example', 'allowed'],
    ['https://own.example:8443', 'allowed'],
    ['https://only.example:1993', 'allowed'],
    ['https://only.example', 'hostNotAllowed'],
    ['https://login.microsoftonline.com:8443', 'hostNotAllowed'],
    ['https://login.microsoftonline.com.evil.example', 'hostNotAllowed'],
    ['https://sub.own.example', 'hostNotAllowed'],
    ['https://evil.example', 'hostNotAllowed'],
    ['https://localhost', 'hostNotAllowed'],
    ['https://127.0.0.1', 'hostNotAllowed'],
    ['https://[::1]', 'hostMalformed'],
    ['http://login.microsoftonline.com', 'hostMalformed'],
    ['https://login.microsoftonline.com@evil.example', 'hostMalformed'],
    ['https://login.microsoftonline.com/common', 'hostMalformed'],
    ['https://login.microsoftonline.com?x', 'hostMalformed'],
    ['login.microsoftonline.com', 'hostMalformed'],
    ['', 'hostMalformed'],
  ])('%s: %s', (origin, expected) => {
    expect(verdict(() => checkAuthority(origin, BUILT_IN_HOSTS, allowed))).toBe(expected);
  });
});

describe('a mail server', () => {
  test.each<[string, number, string]>([
    ...CLOUDS.flatMap(({ imap, smtp }) => [imap, smtp]).map(({ host, port }): [string, number, string] => [
      host,
      port,
      'allowed',
    ]),
    ['OUTLOOK.office365.com', 993, 'allowed'],
    ['own.example', 25, 'allowed'],
    ['only.example', 1993, 'allowed'],
    ['only.example', 993, 'hostNotAllowed'],
    ['outlook.office365.com', 25, 'hostNotAllowed'],
    ['evil.example', 993, 'hostNotAllowed'],
    ['10.0.0.1', 993, 'hostNotAllowed'],
    ['own.example/x', 993, 'hostMalformed'],
    ['own.example ', 993, 'hostMalformed'],
    ['own.example', 0, 'hostMalformed'],
    ['own.example', 70000, 'hostMalformed'],
    ['own.example', NaN, 'hostMalformed'],
  ])('%s:%i: %s', (host, port, expected) => {
    expect(verdict(() => checkEndpoint({ host, port, secure: true }, BUILT_IN_HOSTS, allowed))).toBe(expected);
  });
});
