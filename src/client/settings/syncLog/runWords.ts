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

/** "350 ms", "4.2 sec", "3 min 5 sec". */
export function durationText(ms: number, locale: string): string {
  const measure = (value: number, unit: 'millisecond' | 'second' | 'minute', digits = 0) =>
    value.toLocaleString(locale, {
      ...{ style: 'unit', unit, unitDisplay: 'short' },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    });
  if (ms < 1000) return measure(ms, 'millisecond');
  if (ms < 60_000) return measure(ms / 1000, 'second', 1);
  const seconds = Math.round(ms / 1000);
  return `${measure(Math.floor(seconds / 60), 'minute')} ${measure(seconds % 60, 'second')}`;
}
