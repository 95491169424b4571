import { describe, expect, test } from 'vitest';
import { isWanted, readOptions } from '../../../bench/options';

describe('the command line', () => {
  test('asks for everything by default', () => {
    expect(readOptions([])).toEqual({ quick: false, full: false, json: undefined, only: [], profile: undefined });
  });

  test('takes several patterns and a file', () => {
    expect(readOptions(['--quick', '--only', 'push', '--only=lists.*', '--json', 'out.json'])).toEqual({
      quick: true,
      full: false,
      json: 'out.json',
      only: ['push', 'lists.*'],
    });
  });

  test.each([[['--quick', '--full']], [['--fast']], [['quick']]])('is refused as %j', (args) => {
    expect(() => readOptions(args)).toThrow(TypeError);
  });
});

describe('a figure is wanted', () => {
  test.each([
    ['firstSync.bytes.10k', [], true],
    ['firstSync.bytes.10k', ['firstSync'], true],
    ['firstSync.bytes.10k', ['firstSync.bytes'], true],
    ['firstSync.bytes.10k', ['first'], false],
    ['firstSync.bytes.10k', ['*.10k'], true],
    ['firstSync.bytes.10k', ['firstSync.*.100k'], false],
    ['firstSync.bytes.10k', ['push', 'firstSync.b*'], true],
    ['firstSyncxbytes', ['firstSync.bytes'], false],
  ])('%s by %j: %s', (name, patterns, wanted) => {
    expect(isWanted(name, patterns)).toBe(wanted);
  });
});
