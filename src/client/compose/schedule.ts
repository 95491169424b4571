/** Times a mail can be put off to, in the sender's own time zone. Pure. */

export interface Preset {
  label: 'Tomorrow morning' | 'Tomorrow afternoon' | 'Monday morning';
  at: Date;
}

const MORNING = 8;
const AFTERNOON = 14;

function dayAt(now: Date, days: number, hour: number): Date {
  const at = new Date(now);
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  return at;
}

/** Next week's Monday, also on a Monday; left out on Sunday, when it is tomorrow. */
export function schedulePresets(now: Date): Preset[] {
  const presets: Preset[] = [
    { label: 'Tomorrow morning', at: dayAt(now, 1, MORNING) },
    { label: 'Tomorrow afternoon', at: dayAt(now, 1, AFTERNOON) },
  ];
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return untilMonday === 1 ? presets : [...presets, { label: 'Monday morning', at: dayAt(now, untilMonday, MORNING) }];
}

/** The name of the sender's time zone, as the system has it. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
