import { describe, expect, test } from 'vitest';
import { answered, searchOf, startOfSync } from '../../../bench/traffic';

const at = (command: string, time: number, sent = 0) => ({ command, at: time, sent });

test('sync starts with the list of all mailboxes, not with the probe of the sign-in', () => {
  const commands = [at('LIST "" "*"', 1), at('LIST "" "INBOX"', 11), at('LIST "" "*"', 12), at('LIST "" "*"', 20)];
  expect(startOfSync(commands, 10).at).toBe(12);
  expect(() => startOfSync(commands, 30)).toThrow('never');
});

test('what was sent after a command answers it', () => {
  const commands = [at('STATUS INBOX', 1, 100), at('EXAMINE INBOX', 2, 250)];
  expect(answered(commands, 600).map(({ bytes }) => bytes)).toEqual([150, 350]);
});

describe('a SEARCH is repeated as it was', () => {
  test.each([
    ['UID SEARCH ALL', { all: true }],
    ['UID SEARCH UNSEEN', { seen: false }],
    ['UID SEARCH SINCE 01-Jan-2000 FLAGGED', { since: new Date('2000-01-01T00:00:00Z'), flagged: true }],
    ['UID SEARCH UID 1:5,9', { uid: '1:5,9' }],
  ])('%s', (command, query) => {
    expect(searchOf(command)).toEqual(query);
  });

  test('and one that nobody knows is an error, not another search', () => {
    expect(() => searchOf('UID SEARCH SUBJECT x')).toThrow('SUBJECT');
  });
});
