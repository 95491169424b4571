/** Dates as people read them, in the user's language and time zone. Pure. */

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

function format(date: Date, locale: string, options: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(locale, options).format(date);
  } catch {
    return new Intl.DateTimeFormat('en-US', options).format(date);
  }
}

/** As the language writes times: "9:05 AM", "09:05". */
function timeParts(locale: string): Intl.DateTimeFormatOptions {
  let twelve: boolean | undefined;
  try {
    twelve = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions().hour12;
  } catch {
    twelve = true;
  }
  return { hour: twelve ? 'numeric' : '2-digit', minute: '2-digit' };
}

/** For a line of a list: the time today, day and month this year, else the whole date; empty where there is none. */
export function listDate(iso: string | null, now: Date, locale: string): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '';
  if (sameDay(date, now)) return format(date, locale, timeParts(locale));
  if (date.getFullYear() === now.getFullYear()) return format(date, locale, { day: 'numeric', month: 'short' });
  return format(date, locale, { day: '2-digit', month: '2-digit', year: 'numeric' });
}

/** Day and time in full. */
export function fullDate(iso: string | null, locale: string): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '';
  return format(date, locale, { dateStyle: 'full', timeStyle: 'short' });
}

/** Day, month and time: the date of a message in a conversation. */
export function messageDate(iso: string | null, now: Date, locale: string): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '';
  const time = timeParts(locale);
  if (sameDay(date, now)) return format(date, locale, time);
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format(date, locale, { day: 'numeric', month: 'short', ...year, ...time });
}

/** Day of the week, day, month and time, as a person says them. */
export const dayAndTime = (at: Date | string, locale: string): string =>
  format(new Date(at), locale, { weekday: 'short', day: 'numeric', month: 'short', ...timeParts(locale) });

/** Hours and minutes. */
export function clock(iso: string | null, locale: string): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return '';
  return format(date, locale, timeParts(locale));
}

/** A day given as YYYY-MM-DD, without the year where it is this one. */
export function dayText(day: string, locale: string): string {
  const [year, month, date] = day.split('-').map(Number);
  const thisYear = year === new Date().getFullYear();
  return format(new Date(year, month - 1, date), locale, {
    day: 'numeric',
    month: 'short',
    ...(!thisYear && { year: 'numeric' }),
  });
}
