import { describe, expect, test } from 'vitest';
import { conflictOf } from '../../../src/client/compose/conflict';
import { newForm } from '../../../src/client/compose/draft';
import {
  dropUnsaved,
  forgetUnsaved,
  keepUnsaved,
  unsavedOf,
  userOfToken,
  type Store,
  type Unsaved,
} from '../../../src/client/compose/unsaved';
import type { OutboxView } from '../../../src/shared/types';

function memory(): Store & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

const unsaved = (key: string, at: string): Unsaved => ({
  ...{ key, at, draft: null },
  form: { ...newForm({ kind: 'new' }, []), subject: key },
});

describe('what is not saved yet', () => {
  test('is found again by its author only, newest first, until it is saved', () => {
    const store = memory();
    keepUnsaved(store, '1', unsaved('a', '2025-01-01T10:00:00.000Z'));
    keepUnsaved(store, '1', unsaved('b', '2025-01-01T11:00:00.000Z'));
    keepUnsaved(store, '12', unsaved('c', '2025-01-01T12:00:00.000Z'));
    expect(unsavedOf(store, '1').map(({ key }) => key)).toEqual(['b', 'a']);
    dropUnsaved(store, '1', 'b');
    expect(unsavedOf(store, '1').map(({ form }) => form.subject)).toEqual(['a']);
  });

  test('leaves the browser at sign-out, and nothing else does', () => {
    const store = memory();
    store.setItem('NOCOBASE_LOCALE', 'en-US');
    keepUnsaved(store, '1', unsaved('a', '2025-01-01T10:00:00.000Z'));
    keepUnsaved(store, '2', unsaved('b', '2025-01-01T10:00:00.000Z'));
    forgetUnsaved(store);
    expect([...store.kept.keys()]).toEqual(['NOCOBASE_LOCALE']);
  });

  test('of everybody else leaves the browser when somebody signs in', () => {
    const store = memory();
    for (const user of ['1', '12', '2']) keepUnsaved(store, user, unsaved('a', '2025-01-01T10:00:00.000Z'));
    forgetUnsaved(store, '1');
    expect(['1', '12', '2'].map((user) => unsavedOf(store, user).length)).toEqual([1, 0, 0]);
  });

  test('what somebody else put there is passed over, and a full store is no error', () => {
    const store = memory();
    store.setItem('mail-unsaved:1:x', 'not json');
    store.setItem('mail-unsaved:1:y', '{"key":"y","at":"now","form":{}}');
    expect(unsavedOf(store, '1')).toEqual([]);
    const full: Store = {
      ...store,
      setItem: () => {
        throw new Error('QuotaExceededError');
      },
    };
    expect(keepUnsaved(full, '1', unsaved('a', ''))).toBe(false);
  });

  test('belongs to the user of the token', () => {
    const token = `x.${btoa(JSON.stringify({ userId: 7 }))}.y`;
    expect([userOfToken(token), userOfToken('nonsense'), userOfToken(null)]).toEqual(['7', null, null]);
  });
});

describe('a draft that changed elsewhere', () => {
  const row = (more: Partial<OutboxView> = {}): OutboxView => ({
    ...{
      id: '5',
      accountId: '1',
      record: null,
      state: 'draft',
      version: 1,
      to: [],
      cc: [],
      bcc: [],
      subject: 'Offer',
      html: '<p>a</p>',
    },
    ...{ text: 'a', sendAt: null, sentAt: null, messageId: null, error: null, bounces: [], attachments: [] },
    ...{ inReplyTo: null, updatedAt: '', ...more },
  });
  const mine = { ...row(), text: 'mine', html: '<p>mine</p>' };
  test.each([
    ['another text', row({ version: 2, text: 'b', html: '<p>b</p>' }), 'changed'],
    ['another look of the same text', row({ version: 2, html: '<p><b>a</b></p>' }), 'changed'],
    ['only other files', row({ version: 2 }), undefined],
    ['what was saved from here, made safe', row({ version: 2, text: 'mine', html: '<p>mine </p>' }), undefined],
    ['sent', row({ state: 'queued' }), 'left'],
    ['thrown away', null, 'gone'],
  ] as const)('%s', (_name, theirs, kind) => {
    expect(conflictOf(row(), [mine], theirs)?.kind).toBe(kind);
  });
});
