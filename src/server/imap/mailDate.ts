/** The Date header, read strictly: JavaScript's own parser invents a date for almost any text. Pure. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Zones of RFC 5322 section 4.3, in minutes; other names say nothing and count as UTC. */
const ZONES: Readonly<Record<string, number>> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  cet: 60,
  cest: 120,
};

const RFC_5322 =
  /^(?:[a-z]{2,10}\.?\s*,?\s*)?(\d{1,2})[\s-]+([a-z]{3,9})\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*(am|pm)?\s*(.*)$/i;
/** asctime, of some very old mailers: "Tue Mar  5 14:03:22 2002". */
const ASCTIME = /^[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(?:[a-z]{2,5}\s+)?(\d{4})$/i;
const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})[T\s](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(.*)$/i;

function zoneMinutes(zone: string): number {
  const [, sign, hours, minutes] = /^(?:gmt|utc?)?\s*([+-])(\d{2}):?(\d{2})/i.exec(zone) ?? [];
  if (sign && Number(hours) <= 14 && Number(minutes) < 60) {
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  }
  return ZONES[/^[a-z]+/i.exec(zone)?.[0].toLowerCase() ?? ''] ?? 0;
}

/** A two-digit year as RFC 5322 section 4.3 reads it; three digits count from 1900. */
const fullYear = (year: number, digits: number) =>
  digits === 2 ? (year < 50 ? 2000 + year : 1900 + year) : digits === 3 ? 1900 + year : year;

function checked(
  [year, month, day, hour, minute, second]: [number, number, number, number, number, number],
  zone: number,
): Date | null {
  if (year < 1900 || year > 2200 || month < 0 || hour > 24 || minute > 59 || second > 60) return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, Math.min(second, 59)));
  if (date.getUTCMonth() !== month && hour < 24) return null;
  return new Date(date.getTime() - zone * 60_000);
}

/** Takes comments out (RFC 5322 section 3.2.2); they nest. */
export function withoutComments(value: string): string {
  let text = value.replace(/\\[()]/g, ' ');
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/\([^()]*\)/g, ' ');
  }
  return text;
}

/** The moment a Date header names, or null where it names none. */
export function parseMailDate(value: string): Date | null {
  const text = withoutComments(value.slice(0, 300)).replace(/\s+/g, ' ').trim();
  const rfc = RFC_5322.exec(text);
  if (rfc) {
    const [, day, month, year, hour, minute, second = '0', half, zone = ''] = rfc as unknown as string[];
    const noon = half?.toLowerCase();
    const hours = noon ? (Number(hour) % 12) + (noon === 'pm' ? 12 : 0) : Number(hour);
    return checked(
      [
        fullYear(Number(year), year!.length),
        MONTHS.indexOf(month!.slice(0, 3).toLowerCase()),
        Number(day),
        hours,
        Number(minute),
        Number(second),
      ],
      zoneMinutes(zone),
    );
  }
  const asc = ASCTIME.exec(text);
  if (asc) {
    const [, month, day, hour, minute, second = '0', year] = asc as unknown as string[];
    return checked(
      [Number(year), MONTHS.indexOf(month!.toLowerCase()), Number(day), Number(hour), Number(minute), Number(second)],
      0,
    );
  }
  const iso = ISO_8601.exec(text);
  if (!iso) return null;
  const [, year, month, day, hour, minute, second = '0', zone = ''] = iso as unknown as string[];
  return checked(
    [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)],
    zoneMinutes(zone),
  );
}
