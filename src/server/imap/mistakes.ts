/** Where our own reading of a message broke: what a sender wrote must not stop the others, and must not hide our mistake either. */
import type { Log } from '../context';
import { loggable } from '../errors';

/** Is told what was thrown over one message. */
export type Mistaken = (error: unknown) => void;

/** Logs the place of a mistake, without any value, and each place once: what a thousand messages do to it is one mistake. */
export function mistakesTo(log: Log): Mistaken {
  const told = new Set<string>();
  return (thrown) => {
    const error = loggable(thrown);
    const place = error.frames?.[0] ?? error.name;
    if (told.has(place)) return;
    told.add(place);
    log.error('message not read', { error });
  };
}
