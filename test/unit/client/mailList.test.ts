import { describe, expect, test } from 'vitest';
import { commandOf, type KeyPress } from '../../../src/client/mail/keys/keyboard';
import { orderMailboxes } from '../../../src/client/mail/folders/mailboxes';
import { syncLine } from '../../../src/client/mail/folders/syncLine';
import {
  appendPage,
  neighbour,
  pageWithThreads,
  patchRow,
  refreshRows,
  type ThreadRows,
} from '../../../src/client/mail/list/threadPages';
import { INBOX, mailPath, viewKey, viewOf, viewOfKey, type MailView } from '../../../src/client/mail/view';
import {
  FRAME_SANDBOX,
  frameDocument,
  framePolicy,
  heightKeeper,
  mailtoStart,
  safeLink,
} from '../../../src/client/mail/frameDocument';
import type { AccountView, AddressView, MailboxView, ThreadPage, ThreadView } from '../../../src/shared/types';

const thread = (id: string, day: number): ThreadView => ({
  ...{ id, accountId: '1', subject: id, participants: [], preview: '', messageCount: 1, unreadCount: 1 },
  ...{ flagged: false, hasAttachments: false, lastDate: `2025-01-${String(day).padStart(2, '0')}T00:00:00.000Z` },
});
const ids = ({ threads }: ThreadRows) => threads.map(({ id }) => id).join('');

describe('a list of conversations', () => {
  const rows: ThreadRows = { threads: [thread('c', 9), thread('b', 8), thread('a', 7)], next: 'more' };

  test('grows by a page without showing a conversation twice', () => {
    const next = appendPage(rows, { threads: [thread('a', 7), thread('z', 6)], next: null });
    expect(ids(next)).toBe('cbaz');
    expect(next.next).toBeNull();
  });

  test('takes what is new at the top and keeps what was read below, and where to go on', () => {
    const fresh = { threads: [thread('d', 10), thread('c', 9)], next: 'below c' };
    const next = refreshRows(rows, fresh, null);
    expect(ids(next)).toBe('dcba');
    expect(next.next).toBe('more');
  });

  test('loses what is gone', () => {
    expect(ids(refreshRows(rows, { threads: [thread('c', 9), thread('a', 7)], next: null }, null))).toBe('ca');
    expect(ids(refreshRows(rows, { threads: [], next: null }, null))).toBe('');
  });

  test('moves a conversation that got an answer to the top, once', () => {
    const fresh = { threads: [thread('a', 11), thread('c', 9)], next: 'below c' };
    expect(ids(refreshRows(rows, fresh, null))).toBe('acb');
  });

  test('keeps the open conversation in its place when a filter no longer covers it', () => {
    const fresh = { threads: [thread('d', 10), thread('c', 9), thread('a', 7)], next: null };
    expect(ids(refreshRows(rows, fresh, 'b'))).toBe('dcba');
    expect(ids(refreshRows(rows, fresh, null))).toBe('dca');
  });

  test('goes on where a part of a long mailbox has nothing to show, until something is found or all was looked at', async () => {
    const pages: Record<string, ThreadPage> = {
      first: { threads: [], next: 'a' },
      a: { threads: [], next: 'b', incomplete: true },
      b: { threads: [thread('z', 1)], next: 'c' },
      c: { threads: [], next: null },
    };
    const read = (before: string | undefined) => Promise.resolve(pages[before ?? 'first']);
    expect(await pageWithThreads(read)).toEqual({ threads: [thread('z', 1)], next: 'c' });
    expect(await pageWithThreads(read, 'c')).toEqual({ threads: [], next: null });
  });

  test('changes one line', () => {
    const [, b] = patchRow(rows, 'b', { unreadCount: 0 }).threads;
    expect(b).toMatchObject({ id: 'b', unreadCount: 0 });
  });

  test.each([
    [null, 1, 'c'],
    ['c', 1, 'b'],
    ['c', -1, 'c'],
    ['a', 1, 'a'],
    ['gone', -1, 'c'],
  ] as const)('from %j by %d leads to %s', (open, step, to) => {
    expect(neighbour(rows.threads, open, step)?.id).toBe(to);
  });

  test('leads nowhere when empty', () => expect(neighbour([], 'a', 1)).toBeNull());
});

describe('the address of a view', () => {
  const views: MailView[] = [
    INBOX,
    { kind: 'role', role: 'sent' },
    { kind: 'mailbox', id: '9007199254740993' },
    { kind: 'drafts' },
    { kind: 'outbox' },
  ];
  test.each(views)('%j is found again', (view) => {
    expect(viewOf(new URL(mailPath(view, '5'), 'http://x').searchParams)).toEqual(view);
    expect(viewOfKey(viewKey(view))).toEqual(view);
  });

  test('that nobody knows is the inbox', () => {
    expect(viewOf(new URLSearchParams('mailbox=1%20or%201=1'))).toEqual(INBOX);
    expect(viewOf(new URLSearchParams('view=__proto__'))).toEqual(INBOX);
  });
});

describe('a key', () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
    ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false },
    ...more,
  });
  test.each([
    ['j', {}, 'next'],
    ['ArrowUp', {}, 'previous'],
    ['a', {}, 'replyAll'],
    ['U', { shiftKey: true }, 'unread'],
    ['?', { shiftKey: true }, 'help'],
    ['R', { shiftKey: true }, null],
    ['e', {}, 'archive'],
    ['#', { shiftKey: true }, 'remove'],
    ['#', {}, 'remove'],
    ['Delete', {}, 'remove'],
    ['!', { shiftKey: true }, 'junk'],
    ['v', {}, 'move'],
    ['I', { shiftKey: true }, 'read'],
    ['x', {}, 'select'],
    ['z', {}, 'undo'],
    ['ArrowDown', { shiftKey: true }, 'extendNext'],
    ['a', { ctrlKey: true }, 'selectAll'],
    ['A', { metaKey: true }, 'selectAll'],
    ['z', { ctrlKey: true }, null],
    ['r', { ctrlKey: true }, null],
    ['c', { metaKey: true }, null],
    ['Enter', { isComposing: true }, null],
    ['constructor', {}, null],
    // Where the letters are those of another script, the place of the key counts.
    ['о', { code: 'KeyJ' }, 'next'],
    ['Г', { code: 'KeyU', shiftKey: true }, 'unread'],
    ['ф', { code: 'KeyA', ctrlKey: true }, 'selectAll'],
    ['ż', { code: 'KeyZ' }, null],
  ] as const)('%s with %j means %s', (key, more, command) => expect(commandOf(press(key, more), false)).toBe(command));

  test('is text while somebody types', () => expect(commandOf(press('c'), true)).toBeNull());
});

describe('how fresh the mail is', () => {
  const account = (more: Partial<AccountView>): AccountView => ({
    ...{ id: '1', provider: 'microsoft', address: 'a@b.co', displayName: '', storedState: 'active', sendBlocked: null },
    ...{ error: null, backOffUntil: null, unread: 0, stored: 10, onServer: 20, startDate: null, largestMessage: null },
    ...{ state: 'upToDate', lastSyncAt: '2025-01-01T10:00:00.000Z', textsMissing: 0, pollMinutes: 5, nextSyncAt: null },
    ...more,
  });
  test('is as old as the oldest of several accounts', () => {
    const line = syncLine([account({ lastSyncAt: '2025-01-01T12:00:00.000Z' }), account({})]);
    expect(line).toMatchObject({ key: 'Up to date · {{time}}', time: '2025-01-01T10:00:00.000Z' });
  });

  test.each([
    ['reauthorize', 'problem'],
    ['backingOff', 'busy'],
    ['firstSync', 'busy'],
    ['syncing', 'busy'],
  ] as const)('is not "up to date" while one account is %s', (state, tone) => {
    const line = syncLine([account({}), account({ state })]);
    expect(line?.tone).toBe(tone);
    expect(line?.key).not.toContain('Up to date');
  });

  test('is that of the accounts which are looked at: "Paused" and "Disconnected" only where all are', () => {
    const [paused, left] = [account({ state: 'paused' }), account({ state: 'disconnected' })];
    expect(syncLine([paused, account({}), left])?.key).toBe('Up to date · {{time}}');
    expect(syncLine([left, paused])?.key).toBe('Paused');
    expect(syncLine([left])?.key).toBe('Disconnected. Kept mail can be read');
  });

  test('is never claimed before the first pass, nor without a total as a share of it', () => {
    expect(syncLine([account({ lastSyncAt: null })])?.key).toBe('Not synchronised yet');
    expect(syncLine([account({ state: 'firstSync', onServer: null })])?.key).toBe('Fetching your mail…');
    expect(syncLine([])).toBeNull();
  });
});

test('mailboxes stand in the order people expect, those without mail and sync left out', () => {
  const box = (role: MailboxView['role'], path: string, more: Partial<MailboxView> = {}): MailboxView => ({
    ...{
      id: path,
      accountId: '1',
      path,
      name: path,
      role,
      syncing: true,
      unread: 0,
      stored: 1,
      onServer: 1,
      chosenRole: null,
      holdsMail: true,
    },
    ...{ freshness: 'poll', lastSyncAt: null, lastChangeAt: null, textsMissing: 0, checkedAt: null },
    ...{ repairing: false, error: null, ...more },
  });
  const boxes = [
    box('trash', 'Deleted Items'),
    box('none', 'B'),
    box('none', 'A'),
    box('inbox', 'INBOX'),
    box('none', 'Unused', { syncing: false, stored: 0 }),
    box('sent', 'Sent Items', { syncing: false }),
  ];
  expect(orderMailboxes(boxes).map(({ path }) => path)).toEqual(['INBOX', 'Sent Items', 'A', 'B', 'Deleted Items']);
});

describe('the frame of a message', () => {
  test('runs no scripts, sends no forms and loads nothing until the reader says so', () => {
    expect(FRAME_SANDBOX.split(' ').sort()).toEqual(['allow-popups', 'allow-same-origin']);
    expect(framePolicy(false)).toBe(
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'",
    );
    expect(framePolicy(true)).toContain('img-src data: https:;');
  });

  test('begins with its policy', () => {
    expect(frameDocument('<p>x</p>', false)).toMatch(
      /^<meta http-equiv="Content-Security-Policy" content="default-src/,
    );
  });

  test.each([
    ['https://a.example/', 'https://a.example/'],
    ['mailto:a@b.co', 'mailto:a@b.co'],
    ['tel:+49301234', 'tel:+49301234'],
    ['javascript:alert(1)', null],
    [' java\nscript:alert(1)', null],
    ['data:text/html,x', null],
    ['//a.example', null],
    [null, null],
  ])('opens %j as %j', (href, target) => expect(safeLink(href)).toBe(target));

  test.each([
    ['mailto:o%27brien@x.ie', { to: ["o'brien@x.ie"] }],
    ['mailto:%ff@x.ie', { to: ['%ff@x.ie'] }],
    ['mailto:a@x.ie,b@x.ie?to=c@x.ie&CC=d@x.ie', { to: ['a@x.ie', 'b@x.ie', 'c@x.ie'], cc: ['d@x.ie'] }],
    [
      'mailto:list@x.ie?subject=Stop%20%26%0D%0Ago+on&body=One%0D%0ATwo&bcc=e@x.ie&attach=/etc/passwd',
      { to: ['list@x.ie'], subject: 'Stop & go+on', text: 'One\nTwo' },
    ],
    ['mailto:', { to: [] }],
  ])('writes what %j says', (link, { to, cc = [], subject = '', text = '' }: Record<string, string | string[]>) => {
    const start = mailtoStart(link);
    const written = (people: AddressView[]) => people.map(({ address }) => address);
    expect([written(start.to), written(start.cc), start.subject, start.text]).toEqual([to, cc, subject, text]);
  });

  test('grows with its page for as long as the page does not grow with it, anew for every width', () => {
    const height = heightKeeper();
    for (let width = 300; width < 700; width += 1)
      expect(height(width, 50_000 / width)).toBe(Math.ceil(50_000 / width));
    const heights = Array.from({ length: 200 }, (_, turn) => height(700, 100 + turn));
    expect(heights.at(-1)).toBeNull();
    expect(height(701, 90)).toBe(90);
  });
});
