import { describe, expect, test } from 'vitest';
import { freshnessLine } from '../../../src/client/mail/folders/freshnessLine';
import {
  contains,
  flatTree,
  folderTree,
  matchingFolders,
  targetTree,
  unreadBelow,
} from '../../../src/client/mail/folders/tree';
import { firstSyncOf } from '../../../src/client/accounts/words';
import { countsText, durationText } from '../../../src/client/settings/syncLog/runWords';
import type { MailboxView } from '../../../src/shared/types';

const t = (key: string, values: Record<string, unknown> = {}) =>
  key.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));

const box = (path: string, more: Partial<MailboxView> = {}, delimiter = '/'): MailboxView => ({
  ...{ id: path, accountId: '1', path, name: path.split(delimiter).pop() ?? path, role: 'none', chosenRole: null },
  ...{ syncing: true, unread: 0, stored: 5, onServer: 5, freshness: 'poll', lastSyncAt: null, lastChangeAt: null },
  ...{ textsMissing: 0, checkedAt: null, repairing: false, holdsMail: true, error: null },
  ...more,
});
const drawn = (mailboxes: MailboxView[]) =>
  flatTree(folderTree(t, mailboxes)).map(({ label, depth }) => `${'  '.repeat(depth)}${label}`);

describe('the tree of folders', () => {
  test('follows the paths, whatever the delimiter', () => {
    expect(drawn([box('Work/2025/May'), box('Work'), box('Work/2025'), box('INBOX', { role: 'inbox' })])).toEqual([
      'Inbox',
      'Work',
      '  2025',
      '    May',
    ]);
    expect(drawn([box('Work', {}, '.'), box('Work.A', {}, '.')])).toEqual(['Work', '  A']);
  });

  test('puts the names of parents that hold no mail in front', () => {
    expect(drawn([box('Public/Team/News'), box('Home')])).toEqual(['Home', 'Public / Team / News']);
    expect(drawn([box('Work'), box('Work/Old/2019')])).toEqual(['Work', '  Old / 2019']);
  });

  test('shows what has a use of its own at the top, wherever it lies', () => {
    expect(drawn([box('INBOX', { role: 'inbox' }), box('INBOX/Archive', { role: 'archive' })])).toEqual([
      'Inbox',
      'Archive',
    ]);
  });

  test('leaves out what is not kept here, unless mail of it is', () => {
    const off = { syncing: false };
    expect(drawn([box('A', { ...off, stored: 0 }), box('B', off)])).toEqual(['B']);
    const targets = flatTree(
      targetTree(t, [box('Bin', { ...off, stored: 0, role: 'trash' }), box('Calendar', { ...off, stored: 0 })]),
    );
    expect(targets.map(({ label }) => label)).toEqual(['Trash']);
  });

  test('offers sent mail last as a target: Enter moves to the first', () => {
    const roles = ['sent', 'trash', 'archive'] as const;
    const targets = targetTree(
      t,
      roles.map((role) => box(role, { role })),
    );
    expect(targets.map(({ label }) => label)).toEqual(['Archive', 'Trash', 'Sent']);
  });

  test('counts what is unread below, but not in junk and trash', () => {
    const [work] = folderTree(t, [box('W', { unread: 1 }), box('W/a', { unread: 2 }), box('W/a/b', { unread: 3 })]);
    expect(unreadBelow(work)).toBe(6);
    const [junk] = folderTree(t, [box('J', { unread: 9, role: 'junk' })]);
    expect(unreadBelow(junk)).toBe(0);
    expect(contains(work, 'W/a/b')).toBe(true);
    expect(contains(work, 'X')).toBe(false);
  });

  test('is searched by name, beginnings first', () => {
    const lines = flatTree(folderTree(t, [box('Old offers'), box('Offers'), box('Home')]));
    expect(matchingFolders(lines, ' off').map(({ label }) => label)).toEqual(['Offers', 'Old offers']);
    expect(matchingFolders(lines, '')).toHaveLength(3);
  });
});

describe('the line of a mailbox', () => {
  const said = (more: Partial<MailboxView>, minutes: number | null = 5) =>
    freshnessLine(box('A', more), minutes === null ? undefined : { pollMinutes: minutes })
      .map((part) => t(part.key, { ...part }))
      .join(' · ');

  test.each([
    [{ freshness: 'live' }, 'All 5 messages · live'],
    [{ stored: 3 }, '3 of 5 on the server · every 5 minutes'],
    [{ onServer: null }, '5 messages · every 5 minutes'],
    [{ lastChangeAt: 'T' }, 'All 5 messages · last change T · every 5 minutes'],
    [{ freshness: 'paused', lastChangeAt: 'T' }, 'All 5 messages · last change T · paused'],
    [{ freshness: 'failing' }, 'All 5 messages · cannot be read'],
    [{ freshness: 'off', stored: 0, lastChangeAt: 'T' }, 'not synchronised'],
  ] as const)('%j: %s', (more, line) => expect(said(more)).toBe(line));

  test('counts no single minute', () => expect(said({}, 1)).toBe('All 5 messages · every minute'));

  test('does not invent how often it is looked at', () => {
    expect(said({}, null)).toBe('All 5 messages · every few minutes');
  });
});

describe('a first sync', () => {
  test.each([
    [{ stored: 10, onServer: null, textsMissing: 10 }, 10, null, null],
    [{ stored: 10, onServer: 40, textsMissing: 10 }, 10, 40, 25],
    // Then the texts: never complete while one is missing.
    [{ stored: 40, onServer: 40, textsMissing: 30 }, 10, 40, 25],
    [{ stored: 40, onServer: 40, textsMissing: 0 }, 40, 40, 99],
  ])('%j is at %d of %j', (account, done, total, percent) =>
    expect(firstSyncOf(account)).toMatchObject({ done, total, percent }),
  );
});

describe('a run of the sync log', () => {
  test('says what it did, and what has no word by its name', () => {
    expect(countsText(t, { added: 3, flags: 0, ops: 1 }, 'en-US')).toBe('new: 3, changes sent: 1');
    expect(countsText(t, { renamed: 2 }, 'en-US')).toBe('renamed: 2');
    expect(countsText(t, { added: 0 }, 'en-US')).toBe('Nothing new');
  });

  test.each([
    [350, 'en-US', '350 ms'],
    [4230, 'en-US', '4.2 sec'],
    [185_000, 'en-US', '3 min 5 sec'],
    [350, 'uk-UA', '350 мс'],
    [4230, 'uk-UA', '4,2 с'],
    [185_000, 'zh-CN', '3分钟 5秒'],
  ])('of %d ms took, in %s, %s', (ms, locale, text) =>
    expect(durationText(ms, locale).replace(/\u00a0/g, ' ')).toBe(text),
  );
});
