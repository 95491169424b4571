import { describe, expect, test } from 'vitest';
import { isMailTable } from '../../../src/server/access/tables';

describe('a table of mail', () => {
  test.each<[string, boolean, string]>([
    ['mailMessages', false, ''],
    ['MAILMESSAGES', false, ''],
    ['public.mailMessages', false, ''],
    ['"public"."mailMessages"', false, ''],
    ['mail`Messages', false, ''],
    ['nb_mailMessages', false, 'nb_'],
    ['mail_messages', true, ''],
    ['mailMessages', true, ''],
    ['nocobase.nb_mail_messages', true, 'nb_'],
    ['mailboxes', true, ''],
    ['mailSearch', false, ''],
    ['mailSearch_content', false, ''],
    ['nb_mail_search_rows', true, 'nb_'],
    ['main.nb_mail_search_data', true, 'nb_'],
  ])('is known by the name %s (underscored: %s, prefix: "%s")', (name, underscored, prefix) => {
    expect(isMailTable(name, { underscored, prefix })).toBe(true);
    expect(isMailTable([['x'], name], { underscored, prefix })).toBe(true);
  });

  test.each<[unknown, boolean]>([
    ['mail_messages', false],
    ['mailMessagesArchive', true],
    ['mailSearches', true],
    ['users', true],
    ['', true],
    [undefined, true],
    [{ name: 'mailMessages' }, true],
    [true, true],
  ])('is not %j (underscored: %s)', (name, underscored) => {
    expect(isMailTable(name, { underscored, prefix: '' })).toBe(false);
  });
});
