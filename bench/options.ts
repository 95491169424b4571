/** The command line of `npm run bench`. Pure. */
import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  full: boolean;
  /** File for the figures as JSON. */
  json: string | undefined;
  /** Patterns of names; `*` stands for anything. None: all. */
  only: string[];
  /** Folder for CPU profiles of the first sync. */
  profile: string | undefined;
}

/** @throws TypeError for what it does not know */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      profile: { type: 'string' },
    },
  });
  if (values.quick && values.full) throw new TypeError('--quick and --full exclude each other');
  const { quick, full, json, only, profile } = values;
  return { quick, full, json, only, profile };
}

/** Whether a name is asked for: a pattern is a name, its beginning up to a dot, or has `*` in it. */
export function isWanted(name: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(name, pattern));
}

function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}(\\..*)?$`).test(name);
}
