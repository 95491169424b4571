/** The language and time zone of a request, and how values are written in them. */
import type { Context } from '@nocobase/actions';
import { NAMESPACES } from '../../shared/constants';
import type { Wording } from '../records/values';

/** The language of the request, as far as this process knows how to write dates in it. */
export function languageOf(ctx: Context): string {
  const language = String(ctx.getCurrentLocale?.() ?? 'en-US').replace('_', '-');
  return Intl.DateTimeFormat.supportedLocalesOf([language])[0] ?? 'en-US';
}

/**
 * Day and time as the language writes them.
 * @param timeZone as it came with the request; one that is none means UTC
 */
export function writeMoment(ctx: Context, date: Date, dateStyle: 'long' | 'medium', timeZone: unknown): string {
  const write = (zone: string) =>
    new Intl.DateTimeFormat(languageOf(ctx), { dateStyle, timeStyle: 'short', timeZone: zone }).format(date);
  try {
    return write(typeof timeZone === 'string' ? timeZone : 'UTC');
  } catch {
    return write('UTC');
  }
}

/** How values of a record are written for its reader. */
export function wordingOf(ctx: Context, timeZone: unknown): Wording {
  const t = (key: string): string => ctx.t(key, { ns: NAMESPACES });
  return {
    moment: (value) => writeMoment(ctx, value, 'medium', timeZone),
    clock: (value) => writeMoment(ctx, value, 'medium', 'UTC'),
    day(value) {
      const day = new Date(`${value}T00:00:00Z`);
      const style = { dateStyle: 'medium', timeZone: 'UTC' } as const;
      return Number.isNaN(day.getTime()) ? value : new Intl.DateTimeFormat(languageOf(ctx), style).format(day);
    },
    yes: t('Yes'),
    no: t('No'),
    // Labels that the host translates: {{t("Draft")}}.
    label: (text) => text.replace(/\{\{\s*t\(\s*["']([^"']*)["'][^}]*\}\}/g, (_whole, key: string) => t(key)),
  };
}
