/** How a run of the sync log reads. Pure. */
import type { SyncRun } from '../../../shared/types';
import type { Translate } from '../../errorText';

const COUNTS: readonly (readonly [name: string, key: string])[] = [
  ['added', 'new: {{number}}'],
  ['vanished', 'gone: {{number}}'],
  ['flags', 'flags changed: {{number}}'],
  ['texts', 'texts fetched: {{number}}'],
  ['ops', 'changes sent: {{number}}'],
];

/** "new: 12, flags changed: 3"; what else is counted comes by its name. */
export function countsText(t: Translate, counts: SyncRun['counts'], locale: string): string {
  const known = COUNTS.filter(([name]) => counts[name]).map(([name, key]) =>
    t(key, { number: counts[name].toLocaleString(locale) }),
  );
  const names = COUNTS.map(([name]) => name);
  const others = Object.entries(counts)
    .filter(([name, number]) => number && !names.includes(name))
    .map(([name, number]) => `${name}: ${number.toLocaleString(locale)}`);
  return [...known, ...others].join(', ') || t('Nothing new');
}

/** "350 ms", "4.2 s", "3 min 5 s". */
export function durationText(ms: number, locale: string): string {
  const number = (value: number, digits = 0) =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (ms < 1000) return `${number(ms)} ms`;
  if (ms < 60_000) return `${number(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${number(Math.floor(seconds / 60))} min ${number(seconds % 60)} s`;
}
