/** General settings: one row, and defaults where nobody has saved any. */
import {
  DEFAULT_SYNC_DAYS,
  MESSAGES_PER_MINUTE,
  MINUTE,
  POLL_INTERVAL,
  SECOND,
  SPOOL_MEGABYTES,
  UNDO_DELAY,
} from '../../shared/constants';
import type { GeneralSettings } from '../../shared/types';
import type { MailContext } from '../context';
import { MailError } from '../errors';

const ROW = 1;

/** [default, least, most] */
export const SETTING_BOUNDS: Readonly<Record<keyof GeneralSettings, readonly [number, number, number]>> = {
  // Exchange answers those who ask too often with throttling.
  pollMinutes: [POLL_INTERVAL / MINUTE, 1, 24 * 60],
  undoSeconds: [UNDO_DELAY / SECOND, 0, 120],
  defaultSyncDays: [DEFAULT_SYNC_DAYS, 1, 3650],
  // Exchange Online delays what exceeds 30 a minute.
  messagesPerMinute: [MESSAGES_PER_MINUTE, 1, 1000],
  spoolMegabytes: [SPOOL_MEGABYTES, 10, 100_000],
};
const NAMES = Object.keys(SETTING_BOUNDS) as (keyof GeneralSettings)[];

const isWithin = (name: keyof GeneralSettings, value: unknown): value is number => {
  const [, least, most] = SETTING_BOUNDS[name];
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
};

/** The settings in force. */
export async function readSettings(mail: MailContext): Promise<GeneralSettings> {
  const row = await mail.db.getCollection('mailSettings').model.findOne({ where: { id: ROW } });
  const stored = (row?.get('values') ?? {}) as Record<string, unknown>;
  const entries = NAMES.map((name) => [name, isWithin(name, stored[name]) ? stored[name] : SETTING_BOUNDS[name][0]]);
  return Object.fromEntries(entries) as GeneralSettings;
}

/**
 * Saves the settings that are given; the others stay.
 * @throws MailError permanent `settingOutOfBounds` with the name and its bounds
 */
export async function saveSettings(mail: MailContext, input: Record<string, unknown>): Promise<GeneralSettings> {
  const values: GeneralSettings = await readSettings(mail);
  for (const name of NAMES) {
    const value = input[name];
    if (value === undefined) continue;
    if (!isWithin(name, value)) {
      const [, least, most] = SETTING_BOUNDS[name];
      throw new MailError('permanent', 'settingOutOfBounds', { params: { name, least, most } });
    }
    values[name] = value;
  }
  await mail.db.getCollection('mailSettings').model.upsert({ id: ROW, values }, { hooks: false });
  return values;
}
