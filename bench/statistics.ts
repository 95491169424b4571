/** Pure arithmetic of figures. */
import type { Figure, Run, Unit } from './measure';

/**
 * The value below which `share` of the values lie, by linear interpolation between neighbours.
 * @param share 0 to 1
 * @throws RangeError without any value
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('No values to take a quantile of');
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** The middle value. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three significant digits: more would only pretend. */
export const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(3)) : value);

const passes = (value: number, target: number | null): boolean => target === null || value <= target;

/** A figure that is judged as it is; `value` where it is another quantile than the median of its runs. */
export function absolute(
  name: string,
  unit: Unit,
  target: number | null,
  runs: readonly number[],
  value = median(runs),
): Figure {
  return {
    name,
    value: rounded(value),
    unit,
    anchor: null,
    target,
    pass: passes(value, target),
    runs: runs.map((one) => ({ value: rounded(one) })),
  };
}

/**
 * A ratio of ours to the anchor. Each pair ran one after the other, so what slowed the machine down slowed both: the
 * median of the ratios is taken, not the ratio of the medians.
 */
export function ratio(name: string, target: number | null, pairs: readonly Required<Run>[]): Figure {
  const value = median(pairs.map((pair) => pair.value / pair.anchor));
  return {
    name,
    value: rounded(value),
    unit: 'x',
    anchor: rounded(median(pairs.map(({ anchor }) => anchor))),
    target,
    pass: passes(value, target),
    runs: pairs.map((pair) => ({ value: rounded(pair.value), anchor: rounded(pair.anchor) })),
  };
}
