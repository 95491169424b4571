import { describe, expect, test } from 'vitest';
import { changeOf, lineOf, listWith, threadWith, undoing, type Order } from '../../../src/client/mail/changes/change';
import {
  actionsIn,
  liesIn,
  meantBy,
  messagesIn,
  placeOf,
  selectionIn,
  type Place,
} from '../../../src/client/mail/changes/place';
import { doneText } from '../../../src/client/mail/changes/words';
import { INBOX } from '../../../src/client/mail/view';
import type { MailboxRole, MailboxView, MessageView, ThreadDetail, ThreadView } from '../../../src/shared/types';

const line = (id: string, more: Partial<ThreadView> = {}) =>
  ({ id, accountId: '1', unreadCount: 2, flagged: false, messageCount: 3, ...more }) as ThreadView;
const message = (id: string, mailboxRole: MailboxRole, more: Partial<MessageView> = {}) =>
  ({ id, mailboxRole, mailboxId: `box-${mailboxRole}`, seen: false, flagged: false, ...more }) as MessageView;
const detail = (...messages: MessageView[]): ThreadDetail => ({ id: 't', accountId: '1', subject: '', messages });
const box = (role: MailboxRole) => ({ id: `box-${role}`, accountId: '1', role }) as MailboxView;
const boxes = (['inbox', 'sent', 'archive', 'junk', 'trash'] as const).map(box);
const ARCHIVE: Place = { kind: 'mailbox', mailboxId: 'box-archive', role: 'archive', accountId: '1' };

const order = (more: Partial<Order>): Order => ({
  ...{ action: 'archive', change: changeOf('archive'), selection: null, place: INBOX as Place },
  ...{ threadIds: ['t'], messageIds: null, leaving: new Set(['t']) },
  ...more,
});

describe('a list with changes that the server has not answered yet', () => {
  const list = [line('t'), line('u')];
  const ids = (lines: ThreadView[]) => lines.map(({ id }) => id).join('');

  test('has lost what was archived from it, and only there', () => {
    expect(ids(listWith(list, INBOX as Place, [order({})]))).toBe('u');
    expect(ids(listWith(list, ARCHIVE, [order({})]))).toBe('tu');
  });

  test('shows what was read as read, and what became unread as unread', () => {
    const seen = (value: boolean) => order({ change: { verb: 'seen', value }, leaving: new Set() });
    expect(listWith(list, INBOX as Place, [seen(true)])[0].unreadCount).toBe(0);
    expect(listWith([line('t', { unreadCount: 0 })], INBOX as Place, [seen(false)])[0].unreadCount).toBe(1);
    expect(listWith(list, INBOX as Place, [seen(true)])[1].unreadCount).toBe(2);
  });

  test('takes the line as it was worked out where only some messages change', () => {
    const some = order({ change: changeOf('read'), leaving: new Set(), messageIds: ['m'], line: { unreadCount: 1 } });
    expect(listWith(list, INBOX as Place, [some])[0].unreadCount).toBe(1);
  });

  test('follows several changes in their order', () => {
    const flag = order({ change: changeOf('flag'), leaving: new Set() });
    const unflag = order({ change: changeOf('unflag'), leaving: new Set() });
    expect(listWith(list, INBOX as Place, [flag, unflag])[0].flagged).toBe(false);
    expect(listWith(list, INBOX as Place, [unflag, flag])[0].flagged).toBe(true);
  });
});

describe('a conversation with changes that the server has not answered yet', () => {
  const thread = detail(message('1', 'inbox'), message('2', 'sent'), message('3', 'inbox'));
  const roles = (after: ThreadDetail) => after.messages.map(({ mailboxRole }) => mailboxRole).join(' ');

  test('has moved what lay in the list, and nothing else', () => {
    expect(roles(threadWith(thread, [order({})], boxes))).toBe('archive sent archive');
  });

  test('has moved one message, when it was one', () => {
    const one = order({ change: changeOf('remove'), messageIds: ['3'] });
    expect(roles(threadWith(thread, [one], boxes))).toBe('inbox sent trash');
  });

  test('has lost what was deleted for good, and what was deleted from the trash', () => {
    const gone = order({ change: changeOf('removeForGood'), messageIds: ['1'] });
    expect(threadWith(thread, [gone], boxes).messages).toHaveLength(2);
    const trashed = detail(message('9', 'trash'));
    expect(threadWith(trashed, [order({ change: changeOf('remove'), messageIds: ['9'] })], boxes).messages).toEqual([]);
  });

  test('stays as it is where the account has no such mailbox', () => {
    expect(roles(threadWith(thread, [order({})], [box('inbox')]))).toBe('inbox sent inbox');
  });

  test('says how its line will look', () => {
    expect(lineOf(thread, ['1'], changeOf('read'))).toEqual({ unreadCount: 2 });
    expect(lineOf(thread, ['3'], changeOf('flag'))).toEqual({ flagged: true });
    expect(lineOf(thread, ['3'], changeOf('archive'))).toEqual({});
  });
});

describe('what an action means', () => {
  const thread = detail(message('1', 'inbox'), message('2', 'sent'), message('3', 'inbox'), message('4', 'trash'));

  test.each([
    ['archive', INBOX as Place, '1 3'],
    ['read', INBOX as Place, '1 3'],
    ['flag', INBOX as Place, '3'],
    ['unread', INBOX as Place, '3'],
    ['unflag', INBOX as Place, '1 3'],
    // Found by a search over all folders: neither what the reader sent nor what he threw away.
    ['archive', { kind: 'everywhere' } as Place, '1 3'],
    ['remove', { kind: 'everywhere' } as Place, '1 3'],
    // Opened from elsewhere: nothing of it lies in the list.
    ['archive', { kind: 'role', role: 'junk' } as Place, '1 3'],
    ['remove', { kind: 'role', role: 'sent' } as Place, '2'],
  ] as const)('%s in %j', (action, place, ids) => expect(meantBy(action, place, thread).join(' ')).toBe(ids));

  test('never deletes for good what lies in the trash without being asked to', () => {
    const trashed = detail(message('4', 'trash'));
    expect(meantBy('remove', { kind: 'everywhere' }, trashed)).toEqual([]);
    expect(meantBy('removeForGood', { kind: 'role', role: 'trash' }, trashed)).toEqual(['4']);
  });

  test('is everything where all of it was sent by the reader', () => {
    expect(messagesIn({ kind: 'everywhere' }, detail(message('2', 'sent')))).toHaveLength(1);
  });

  test('is permanent only where that is offered: in junk and trash', () => {
    const roles: (MailboxRole | null)[] = ['inbox', 'sent', 'drafts', 'archive', 'none', 'junk', 'trash', null];
    expect(roles.filter((role) => actionsIn(role).includes('removeForGood'))).toEqual(['junk', 'trash']);
    expect(actionsIn('trash')).not.toContain('remove');
    expect(actionsIn('junk')).toContain('notJunk');
  });
});

describe('a place', () => {
  test('is the mailbox of a view, known or not yet', () => {
    expect(placeOf({ kind: 'mailbox', id: 'box-archive' }, boxes)).toEqual(ARCHIVE);
    expect(placeOf({ kind: 'mailbox', id: '7' }, [])).toMatchObject({ mailboxId: '7', role: 'none' });
    expect(placeOf(INBOX, boxes)).toEqual(INBOX);
  });

  test('holds what lies in it', () => {
    expect(liesIn(ARCHIVE, message('1', 'archive'))).toBe(true);
    expect(liesIn(ARCHIVE, message('1', 'inbox'))).toBe(false);
    expect(liesIn({ kind: 'role', role: 'inbox' }, message('1', 'inbox'))).toBe(true);
  });

  test('narrows what the server is asked to change', () => {
    expect(selectionIn(ARCHIVE, ['t'])).toEqual({ threadIds: ['t'], mailboxId: 'box-archive' });
    expect(selectionIn(INBOX as Place, ['t'])).toEqual({ threadIds: ['t'], role: 'inbox' });
  });
});

describe('taking back', () => {
  test('is one move for each mailbox that something came from', () => {
    const moved = [
      { id: '1', from: 'a', to: 'x' },
      { id: '2', from: 'b', to: 'x' },
      { id: '3', from: 'a', to: 'x' },
    ];
    expect(undoing({ moved })).toEqual([
      { ids: ['1', '3'], to: { mailboxId: 'a' } },
      { ids: ['2'], to: { mailboxId: 'b' } },
    ]);
  });

  test('is not offered for what is gone for good or never moved', () => {
    expect(
      undoing({
        moved: [
          { id: '1', from: 'a', to: null },
          { id: '2', from: null, to: 'x' },
        ],
      }),
    ).toEqual([]);
    expect(undoing({ moved: [{ id: '1', from: 'a', to: 'a' }] })).toEqual([]);
  });

  test('is told in words, one or several', () => {
    const t = (key: string, values?: Record<string, unknown>) => key.replace('{{number}}', String(values?.number));
    expect(doneText(t, 'archive', 1)).toBe('Archived');
    expect(doneText(t, 'archive', 3)).toBe('3 conversations archived');
    expect(doneText(t, 'read', 3)).toBeNull();
  });
});
