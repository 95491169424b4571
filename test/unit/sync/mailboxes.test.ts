import { describe, expect, test } from 'vitest';
import type { MailboxRole } from '../../../src/shared/types';
import { decidePlaces, wentBack } from '../../../src/server/sync/mailboxes/decidePlaces';
import {
  effectiveRoles,
  isShortList,
  planList,
  nearest,
  planRenames,
  selectable,
  syncsFromTheStart,
  type KnownMailbox,
} from '../../../src/server/sync/mailboxes/planList';
import { holdsMail, rolesOf, syncsByDefault, type ListedMailbox } from '../../../src/server/sync/mailboxes/roles';

describe('roles of mailboxes', () => {
  const box = (path: string, flags: string[] = []): ListedMailbox => ({ path, delimiter: '/', flags: new Set(flags) });

  test('flags win over names, and a role is given once', () => {
    const roles = rolesOf([
      box('INBOX'),
      box('Sent Items'),
      box('Postausgang Kopien', ['\\Sent']),
      box('Архів'),
      box('Archive/2020', ['\\Archive']),
      box('Projects'),
    ]);
    expect(Object.fromEntries(roles)).toEqual({
      INBOX: 'inbox',
      'Sent Items': 'none',
      'Postausgang Kopien': 'sent',
      Архів: 'none',
      'Archive/2020': 'archive',
      Projects: 'none',
    });
  });

  test.each([
    ['Sent Items', 'Deleted Items', 'Drafts', 'Junk Email', 'Archive', 'Outbox'],
    ['Gesendete Elemente', 'Gelöschte Elemente', 'Entwürfe', 'Junk-E-Mail', 'Archiv', 'Postausgang'],
    ['Éléments envoyés', 'Éléments supprimés', 'Brouillons', 'Courrier indésirable', 'Archives', "Boîte d'envoi"],
    ['Verzonden items', 'Verwijderde items', 'Concepten', 'Ongewenste e-mail', 'Archief', 'Postvak UIT'],
    ['Elementy wysłane', 'Elementy usunięte', 'Wersje robocze', 'Wiadomości-śmieci', 'Archiwum', 'Skrzynka nadawcza'],
    ['Надіслані', 'Видалені', 'Чернетки', 'Небажана пошта', 'Архів', 'Вихідні'],
    ['Надіслані елементи', 'Видалені елементи', 'Чернетки', 'Небажана пошта', 'Архів', 'Вихідні'],
    ['已发送邮件', '已删除邮件', '草稿', '垃圾邮件', '存档', '发件箱'],
  ])('are known by their names where nothing is flagged: %s, %s, …', (...names) => {
    const roles = rolesOf(names.map((name) => box(name)));
    expect(names.map((name) => roles.get(name))).toEqual(['sent', 'trash', 'drafts', 'junk', 'archive', 'outbox']);
  });

  test('are given by a name on top or right below the inbox only, and to the one that bears it exactly', () => {
    const roles = rolesOf(
      ['INBOX', 'Projects/Archive', 'Sent Mail', 'INBOX/Sent', 'INBOX/Old/Trash'].map((path) => box(path)),
    );
    const given = [...roles].filter(([, role]) => role !== 'none');
    expect(Object.fromEntries(given)).toEqual({ INBOX: 'inbox', 'INBOX/Sent': 'sent' });
  });

  test.each([
    'Calendar',
    'Calendar/Birthdays',
    'Kalender',
    'Календар',
    'Contacts',
    'Notes',
    'Tasks',
    'Journal',
    'Conversation History',
    'Sync Issues/Conflicts',
  ])('%s holds no mail', (path) => expect(holdsMail(box(path))).toBe(false));

  test.each(['INBOX', 'Calendar invitations', 'Projects/Calendar', 'Notes from school'])('%s does', (path) =>
    expect(holdsMail(box(path))).toBe(true),
  );

  test.each<[string, MailboxRole, boolean]>([
    ['INBOX', 'inbox', true],
    ['Sent Items', 'sent', true],
    ['Junk Email', 'junk', true],
    ['Projects', 'none', true],
    ['Outbox', 'outbox', false],
    ['Calendar', 'none', false],
    ['Sync Issues/Conflicts', 'none', false],
    ['Conversation Action Settings', 'none', false],
  ])('%s (%s) is synced by itself: %s', (path, role, syncs) => expect(syncsByDefault(box(path), role)).toBe(syncs));
});

const listed = (path: string, flags: string[] = []): ListedMailbox => ({ path, delimiter: '/', flags: new Set(flags) });
const known = (path: string, more: Partial<KnownMailbox> = {}): KnownMailbox => ({
  id: path,
  path,
  delimiter: '/',
  role: 'none',
  syncing: false,
  missing: false,
  stored: 0,
  ...more,
});

test('what cannot be selected is left out, and so is a path that no command line holds', () => {
  expect(selectable(listed('Parent', ['\\Noselect']))).toBe(false);
  expect(selectable(listed('x'.repeat(600)))).toBe(true);
  expect(selectable(listed('x'.repeat(2001)))).toBe(false);
  expect(selectable(listed('Notes 📎'))).toBe(true);
  expect(selectable(listed('Notes \ud83d'))).toBe(false);
  expect(selectable(listed('Notes\0'))).toBe(false);
});

describe('a list', () => {
  test('is compared by path; what was missing and is listed is back', () => {
    const plan = planList(
      [known('INBOX'), known('Old'), known('Back', { missing: true }), known('Lost', { missing: true })],
      [listed('INBOX'), listed('New'), listed('Back')],
    );
    expect([...plan.kept.keys()]).toEqual(['INBOX', 'Back']);
    expect(plan.gone.map(({ path }) => path)).toEqual(['Old']);
    expect(plan.appeared.map(({ path }) => path)).toEqual(['New']);
  });

  test('that names a mailbox twice means one', () => {
    const plan = planList([known('INBOX')], [listed('INBOX'), listed('INBOX'), listed('New'), listed('New')]);
    expect(plan.appeared.map(({ path }) => path)).toEqual(['New']);
  });

  test.each([
    [['INBOX', 'A', 'B', 'C'], ['INBOX', 'A'], false],
    [['INBOX', 'A', 'B', 'C'], ['INBOX'], true],
    [[], ['INBOX'], false],
  ])('of %j that says %j is short: %s', (before, now, short) => {
    expect(
      isShortList(
        before.map((path) => known(path)),
        now.map((path) => listed(path)),
      ),
    ).toBe(short);
  });
});

test.each([
  ['A/x', ['B/x', 'B/y', 'B/xx'], ['B/x']],
  ['A/one/x', ['B/two/x', 'B/one/x', 'C/x'], ['B/one/x']],
  ['A/x', ['B/x', 'C/x'], ['B/x', 'C/x']],
  ['x', ['B/x', 'x/B'], ['B/x']],
  ['A/x', ['x', 'Bx'], ['x']],
  ['A', ['B', 'A/x'], []],
])('%s is looked for first among %j in %j', (path, names, found) => {
  const appeared = names.map((name) => listed(name));
  expect(nearest(known(path), appeared).map((one) => one.path)).toEqual(found);
});

describe('a mailbox that is gone', () => {
  const renames = (gone: KnownMailbox[], names: string[], proven: [string, string][] = []) => {
    const appeared = names.map((name) => listed(name));
    const pairs = proven.map(([from, to]): [KnownMailbox, ListedMailbox] => [
      gone.find(({ path }) => path === from)!,
      appeared.find(({ path }) => path === to)!,
    ]);
    return Object.fromEntries([...planRenames({ gone, appeared }, pairs)].map(([id, { path }]) => [id, path]));
  };
  const full = { stored: 3 };

  test('bears the name its messages were found under', () => {
    expect(renames([known('A', full)], ['B', 'C'], [['A', 'C']])).toEqual({ A: 'C' });
  });
  test('is deleted where its messages were found nowhere', () => {
    expect(renames([known('A', full)], ['B'])).toEqual({});
  });
  test('is deleted where they were found twice, or where two claim the same', () => {
    expect(
      renames(
        [known('A', full)],
        ['B', 'C'],
        [
          ['A', 'B'],
          ['A', 'C'],
        ],
      ),
    ).toEqual({});
    expect(
      renames(
        [known('A', full), known('B', full)],
        ['C'],
        [
          ['A', 'C'],
          ['B', 'C'],
        ],
      ),
    ).toEqual({});
  });
  test('takes its children along, and is found by them', () => {
    expect(renames([known('A', full), known('A/x'), known('A/x/y')], ['B', 'B/x', 'B/x/y'], [['A', 'B']])).toEqual({
      A: 'B',
      'A/x': 'B/x',
      'A/x/y': 'B/x/y',
    });
    expect(renames([known('A'), known('A/x', full)], ['B', 'B/x'], [['A/x', 'B/x']])).toEqual({ A: 'B', 'A/x': 'B/x' });
  });
  test('does not lend its name to a child whose messages are not there', () => {
    expect(renames([known('A', full), known('A/x', full)], ['B', 'B/x'], [['A', 'B']])).toEqual({ A: 'B' });
  });
  test('and differs in case only is the same', () => {
    expect(renames([known('Projects', full)], ['PROJECTS', 'Other'])).toEqual({ Projects: 'PROJECTS' });
  });
});

describe('a mailbox that appears', () => {
  const off = known('Projects');
  const on = known('Projects/Old', { syncing: true });
  test.each<[string, MailboxRole, KnownMailbox[], boolean]>([
    ['INBOX', 'inbox', [], true],
    ['Archive', 'archive', [], true],
    ['Outbox', 'outbox', [], false],
    ['Calendar', 'none', [], false],
    ['Projects/New', 'none', [off], false],
    ['Projects/Old/New', 'none', [off, on], true],
    ['Projects/New/Deep', 'none', [off, on], false],
    ['Projects2', 'none', [off], true],
    ['INBOX/New', 'none', [known('INBOX', { role: 'inbox', syncing: true })], true],
    ['Calendar/New', 'none', [known('Calendar', { syncing: true })], false],
  ])('%s (%s) is synced unless it lies below one that is not', (path, role, others, syncs) => {
    expect(syncsFromTheStart(listed(path), role, others)).toBe(syncs);
  });
});

describe('the role of a mailbox', () => {
  const box = (id: string, listedRole: MailboxRole, chosenRole: MailboxRole | null = null, missing = false) => ({
    id,
    listedRole,
    chosenRole,
    missing,
  });
  const of = (...boxes: ReturnType<typeof box>[]) => Object.fromEntries(effectiveRoles(boxes));

  test('is what flags and names say, unless the user says something else', () => {
    expect(of(box('a', 'archive'), box('b', 'none', 'junk'))).toEqual({ a: 'archive', b: 'junk' });
  });
  test('is taken away by the user who gives it to another', () => {
    expect(of(box('a', 'archive'), box('b', 'none', 'archive'))).toEqual({ a: 'none', b: 'archive' });
  });
  test('can be none', () => {
    expect(of(box('a', 'archive', 'none'))).toEqual({ a: 'none' });
  });
  test('is free again once its mailbox is missing', () => {
    expect(of(box('a', 'archive', 'archive', true), box('b', 'archive'))).toEqual({ a: 'none', b: 'archive' });
  });
});

describe('a mailbox whose UIDVALIDITY is unchanged', () => {
  const status = (uidValidity: number, uidNext: number) => ({ uidValidity, uidNext, messages: 1, unseen: 0 });
  test.each([
    ['that was never compared', null, status(7, 10), false],
    ['whose UIDNEXT grew', status(7, 10), status(7, 12), false],
    ['whose UIDNEXT is the same', status(7, 10), status(7, 10), false],
    ['whose UIDNEXT went back', status(7, 10), status(7, 9), true],
    ['whose UIDNEXT is not told', status(7, 10), status(7, 0), false],
    ['but that has another one after all', status(7, 10), status(8, 9), false],
  ])('%s is suspect or not', (_name, before, now, suspect) => expect(wentBack(before, now)).toBe(suspect));

  const at = (day: number | null) => (day === null ? null : new Date(Date.UTC(2026, 0, day)));
  test.each<[string, [number | null, number | null][], 'trust' | 'forget', 'trust' | 'forget']>([
    [
      'agrees',
      [
        [1, 1],
        [2, 2],
      ],
      'trust',
      'trust',
    ],
    ['is empty', [], 'trust', 'forget'],
    ['is not there', [[1, null]], 'trust', 'forget'],
    ['is another', [[1, 5]], 'forget', 'forget'],
    [
      'is there for the smaller part',
      [
        [1, 1],
        [2, null],
        [3, null],
      ],
      'trust',
      'forget',
    ],
    [
      'differs in one date',
      [
        [1, 1],
        [2, 2],
        [3, 9],
      ],
      'trust',
      'trust',
    ],
    [
      'differs in most dates',
      [
        [1, 1],
        [2, 8],
        [3, 9],
      ],
      'forget',
      'forget',
    ],
    ['has no dates', [[null, 1]], 'trust', 'forget'],
  ])('and whose sample %s keeps its places or not', (_name, dates, unsuspected, suspected) => {
    const sample = dates.map(([mine, found]) => ({ internalDate: at(mine), found: at(found) }));
    expect(decidePlaces(sample, false)).toBe(unsuspected);
    expect(decidePlaces(sample, true)).toBe(suspected);
  });
});
