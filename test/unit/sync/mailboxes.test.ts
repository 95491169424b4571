import { describe, expect, test } from 'vitest';
import type { MailboxRole } from '../../../src/shared/types';
import {
  effectiveRoles,
  isShortList,
  planList,
  planRenames,
  selectable,
  syncsFromTheStart,
  type KnownMailbox,
} from '../../../src/server/sync/mailboxes/planList';
import { holdsMail, rolesOf, syncsByDefault, type ListedMailbox } from '../../../src/server/sync/mailboxes/roles';

describe('roles of mailboxes', () => {
  const box = (path: string, flags: string[] = [], specialUse?: string): ListedMailbox => ({
    path,
    delimiter: '/',
    flags: new Set(flags),
    specialUse,
  });

  test('flags win over names, and a role is given once', () => {
    const roles = rolesOf([
      box('INBOX'),
      box('Sent Items', [], '\\Sent'),
      box('Postausgang Kopien', ['\\Sent']),
      box('Архів'),
      box('Archive/2020', [], '\\Archive'),
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

  test('inbox and Sent are synced by themselves', () => {
    expect((['inbox', 'sent', 'drafts', 'junk', 'none'] as const).filter(syncsByDefault)).toEqual(['inbox', 'sent']);
  });
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
  const chosen = known('Projects', { syncing: true });
  test.each<[string, MailboxRole, KnownMailbox[], boolean]>([
    ['INBOX', 'inbox', [], true],
    ['Sent Items', 'sent', [], true],
    ['Archive', 'archive', [], false],
    ['Projects/New', 'none', [chosen], true],
    ['Projects/Old/New', 'none', [chosen, known('Projects/Old')], false],
    ['Projects2', 'none', [chosen], false],
    ['INBOX/New', 'none', [known('INBOX', { role: 'inbox', syncing: true })], false],
    ['Elsewhere', 'none', [chosen], false],
  ])('%s (%s) is synced only at first or below one that was chosen', (path, role, others, syncs) => {
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
