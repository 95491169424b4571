import { describe, expect, test } from 'vitest';
import { opened, poppedOut, sized, withDraft, type ComposeWindow } from '../../../src/client/compose/windows';

const answer = (messageId: string, kind: 'reply' | 'replyAll' = 'reply') =>
  ({ kind: 'answer', messageId, answer: kind }) as const;
const draft = (id: string) => ({ kind: 'draft', draft: { id } }) as const;
const fresh = { kind: 'new' } as const;

/** Opens one after another; keys are a, b, c … */
const open = (...starts: Parameters<typeof opened>[1][]) => on([], ...starts);
const on = (windows: ComposeWindow[], ...starts: Parameters<typeof opened>[1][]) =>
  starts.reduce<ComposeWindow[]>(
    (before, start) => opened(before, start, start.kind === 'answer' ? 'thread' : null, 'abcdefg'[before.length]),
    windows,
  );
const shown = (windows: ComposeWindow[]) =>
  windows.map(({ key, threadId, minimised }) => `${key} ${threadId ?? 'dock'} ${minimised ? 'small' : 'open'}`);

describe('mails being written', () => {
  test('a docked one makes the others small, but none at the end of a conversation', () => {
    expect(shown(open(fresh, answer('7'), fresh))).toEqual(['a dock small', 'b thread open', 'c dock open']);
  });

  test('an answer begun at the end of a conversation leaves the dock as it is', () => {
    expect(shown(open(fresh, answer('7')))).toEqual(['a dock open', 'b thread open']);
  });

  test('popped out, an answer is docked in front', () => {
    expect(shown(poppedOut(open(fresh, answer('7')), 'b'))).toEqual(['a dock small', 'b dock open']);
  });

  test('one that was made small comes back alone', () => {
    const both = open(fresh, fresh);
    expect(shown(sized(both, 'b', true))).toEqual(['a dock small', 'b dock small']);
    expect(shown(sized(both, 'a', false))).toEqual(['a dock open', 'b dock small']);
  });

  test('the same answer is opened once, and comes back to its conversation', () => {
    expect(shown(on(poppedOut(open(answer('7')), 'a'), answer('7')))).toEqual(['a thread open']);
  });

  test('another answer to the same message makes room, one to another message does not', () => {
    const windows = open(answer('7'), answer('8'), answer('7', 'replyAll'));
    expect(windows.map(({ yields }) => yields)).toEqual([true, false, false]);
    expect(on(windows, answer('7')).map(({ key, yields }) => [key, yields])).toEqual([
      ['b', false],
      ['c', true],
      ['a', false],
    ]);
  });

  test('a draft that is open already is brought to the front, whatever it began as', () => {
    const kept = withDraft(open(answer('7')), 'a', '42');
    expect(shown(on(kept, draft('42')))).toEqual(['a dock open']);
    expect(on(kept, draft('43')).map(({ draftId }) => draftId)).toEqual(['42', '43']);
  });
});
