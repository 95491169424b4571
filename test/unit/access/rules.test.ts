import { describe, expect, test } from 'vitest';
import { foreignTables } from '../../../src/server/access/foreignTables';
import { missingColumns } from '../../../src/server/access/ownTables';
import { judge } from '../../../src/server/access/gate';
import { rowIdOf, withStringIds } from '../../../src/shared/ids';

describe('an action', () => {
  const own = { mailAccounts: { list: {} }, mailThreads: { get: {} } };

  test.each([
    ['mailAccounts', 'list', 'own'],
    ['mailAccounts', 'get', 'denied'],
    ['mailAccounts', 'constructor', 'denied'],
    ['mailAccounts', '__proto__', 'denied'],
    ['mailMessages', 'list', 'denied'],
    ['users.mailAccounts', 'list', 'denied'],
    ['mailAccounts.users', 'list', 'denied'],
    ['mailAccounts.mailAccounts', 'list', 'denied'],
    ['users', 'list', 'foreign'],
    ['constructor', 'list', 'foreign'],
    ['mails', 'list', 'foreign'],
  ])('%s:%s is %s', (resource, action, verdict) => {
    expect(judge(resource, action, own)).toBe(verdict);
  });
});

describe('an id from outside', () => {
  test.each(['1', '7001', '356178301042688', '9223372036854775807', 7001])('%j may be one', (id) => {
    expect(rowIdOf(id)).toBe(String(id));
  });

  test.each([
    '',
    '0',
    '-1',
    '01',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '9223372036854775808',
    '1' + '0'.repeat(30),
    'x',
    NaN,
    1.5,
    null,
    undefined,
    {},
    ['1'],
    true,
  ])('%j is none', (id) => {
    expect(rowIdOf(id)).toBeNull();
  });

  test('leaves the database as text, numbers of the mail do not', () => {
    expect(withStringIds({ id: 1, accountId: 2n, messageId: '<x@y>', uid: 3, threadId: null })).toEqual({
      id: '1',
      accountId: '2',
      messageId: '<x@y>',
      uid: 3,
      threadId: null,
    });
  });
});

describe('tables of another email plugin', () => {
  const accounts = ['id', 'homeAccountId', 'credentialsEpoch', 'address'];
  const messages = ['id', 'uidValidity', 'messageIdHash'];

  test.each<[string, Record<string, string[]>, string[]]>([
    ['an empty database', {}, []],
    ['our own tables', { mailAccounts: accounts, mailMessages: messages }, []],
    ['our own tables with underscores', { mailAccounts: ['id', 'home_account_id', 'credentials_epoch'] }, []],
    ['our own tables with columns of a later version', { mailMessages: [...messages, 'later'] }, []],
    ['a foreign mailAccounts', { mailAccounts: ['id', 'email', 'accessToken'] }, ['mailAccounts']],
    ['both foreign', { mailAccounts: ['id'], mailMessages: ['id', 'subject'] }, ['mailAccounts', 'mailMessages']],
  ])('%s: %#', (_what, tables, foreign) => {
    expect(foreignTables(tables)).toEqual(foreign);
  });
});

describe('what an older table lacks', () => {
  test.each<[string, string[] | null, string[]]>([
    ['no table yet', null, ['id', 'record']],
    ['a table of an earlier version', ['id'], ['record']],
    ['a table of this version', ['id', 'record'], []],
    ['a table of a later version', ['id', 'record', 'later'], []],
  ])('%s', (_what, there, missing) => {
    expect(missingColumns(['id', 'record'], there)).toEqual(missing);
  });
});
