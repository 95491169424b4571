import { describe, expect, test } from 'vitest';
import {
  answersBySubject,
  baseSubjectOf,
  counterpartKeys,
  subjectFacts,
  subjectKeyOf,
  type SubjectFacts,
} from '../../../src/server/sync/subjects';
import { assignThreads } from '../../../src/server/sync/threading';

const day = (number: number) => new Date(Date.UTC(2026, 0, number));

/** @param to addresses, space separated */
function message(subject: string, date: Date, from: string, to: string, hasReferences = false): SubjectFacts {
  return {
    ...subjectFacts(subject, hasReferences),
    date,
    from,
    people: new Set([from, ...to.split(' ')]),
  };
}

describe('the subject', () => {
  test.each([
    ['Lunch on Friday', 'lunch on friday', false],
    ['Re: Lunch on Friday', 'lunch on friday', true],
    ['RE:Lunch  on\tFriday ', 'lunch on friday', true],
    ['AW: Re: Antw: Lunch on Friday', 'lunch on friday', true],
    ['Re[2]: Lunch on Friday', 'lunch on friday', true],
    ['Re (3): Lunch on Friday', 'lunch on friday', true],
    ['SV: VS: Lunch', 'lunch', true],
    ['Відп: Обід', 'обід', true],
    ['Ответ: Обед', 'обед', true],
    ['回复：午餐', '午餐', true],
    ['RE：午餐', '午餐', true],
    ['Réf: Déjeuner', 'déjeuner', true],
    ['Fwd: Lunch', 'fwd: lunch', false],
    ['Result: Lunch', 'result: lunch', false],
    ['Regarding: Lunch', 'regarding: lunch', false],
    ['Re', 're', false],
    ['', '', false],
  ])('%j says %j, a reply: %s', (subject, base, replied) => {
    expect(baseSubjectOf(subject)).toEqual({ base, replied });
  });

  test('says nothing where it is too short', () => {
    expect(subjectKeyOf('Re: Hi', false)).toBeNull();
    expect(subjectKeyOf('', false)).toBeNull();
    expect(subjectKeyOf('Lunch', false)).toEqual(expect.any(Number));
    expect(counterpartKeys(message('Hi', day(1), 'a@x', 'b@x'))).toEqual([]);
  });

  test('is no reason where the message says what it answers', () => {
    expect(subjectFacts('Re: Lunch', true).isReply).toBe(false);
    expect(subjectKeyOf('Re: Lunch', true)).toBe(subjectKeyOf('Lunch', false));
  });
});

describe('a reply that names nothing', () => {
  const asked = message('Lunch', day(10), 'ann@x', 'bob@x cat@x');

  test.each<[string, SubjectFacts, boolean]>([
    ['by somebody who was asked', message('Re: Lunch', day(11), 'bob@x', 'ann@x'), true],
    ['by the one who asked', message('Re: Lunch', day(11), 'ann@x', 'bob@x'), true],
    ['seven days later', message('Re: Lunch', day(17), 'bob@x', 'ann@x'), true],
    ['more than seven days later', message('Re: Lunch', day(18), 'bob@x', 'ann@x'), false],
    ['before', message('Re: Lunch', day(9), 'bob@x', 'ann@x'), false],
    ['by a stranger', message('Re: Lunch', day(11), 'eve@x', 'ann@x'), false],
    ['to strangers', message('Re: Lunch', day(11), 'bob@x', 'eve@x'), false],
    ['under another subject', message('Re: Lunches', day(11), 'bob@x', 'ann@x'), false],
    ['without the mark of a reply', message('Lunch', day(11), 'bob@x', 'ann@x'), false],
    ['that names another message', message('Re: Lunch', day(11), 'bob@x', 'ann@x', true), false],
    ['without an author', message('Re: Lunch', day(11), '', 'ann@x'), false],
  ])('%s: %#', (_name, reply, answers) => {
    expect(answersBySubject(reply, asked)).toBe(answers);
  });

  const assign = (messages: SubjectFacts[], stored: (SubjectFacts & { threadId: string })[] = []) => {
    let next = 100;
    const bySubject = new Map<number, (SubjectFacts & { threadId: string })[]>();
    for (const facts of stored) bySubject.set(facts.key!, [...(bySubject.get(facts.key!) ?? []), facts]);
    const known = { byKey: new Map(), bySubject };
    return assignThreads(
      messages.map((subject) => ({ own: [], references: [], subject })),
      known,
      () => String(next++),
    );
  };
  const reply = message('Re: Lunch', day(11), 'bob@x', 'ann@x');

  test('joins what it answers whichever comes first, here and among what is stored', () => {
    expect(assign([asked, reply]).threads).toEqual(['100', '100']);
    expect(assign([reply, asked]).threads).toEqual(['100', '100']);
    expect(assign([reply], [{ ...asked, threadId: '7' }]).threads).toEqual(['7']);
    expect(assign([asked], [{ ...reply, threadId: '7' }]).threads).toEqual(['7']);
  });

  test('does not join another reply of its kind that nobody answers', () => {
    const other = message('Re: Lunch', day(12), 'eve@x', 'ann@x');
    expect(assign([reply, other]).threads).toEqual(['100', '101']);
  });
});
