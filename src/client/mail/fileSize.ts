/** Octets as people read them. Pure. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "3.4 MB" in the reader's language; thousands, as mail limits are told. */
export function fileSize(octets: number, locale: string): string {
  let value = Math.max(0, octets);
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit],
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(value);
}
