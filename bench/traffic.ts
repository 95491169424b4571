/** What the sandbox saw of one user, cut into sessions and commands. Pure. */
import type { SearchObject } from 'imapflow';

/** A command as the sandbox noted it. */
export interface Command {
  command: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Bytes the user had been sent before it. */
  sent: number;
}

/**
 * The first command of sync itself: the list of all mailboxes. What comes before it is the sign-in, whose cost is
 * the server's.
 * @param since commands before are another one's
 */
export function startOfSync(commands: readonly Command[], since: number): Command {
  const start = commands.find(({ command, at }) => at >= since && /^LIST .*\*/.test(command));
  if (!start) throw new Error('Sync never asked for the mailboxes');
  return start;
}

/** Bytes sent in answer to each command: up to the next one. For one connection at a time. */
export function answered<C extends Command>(commands: readonly C[], sent: number): (C & { bytes: number })[] {
  return commands.map((one, index) => ({ ...one, bytes: (commands[index + 1]?.sent ?? sent) - one.sent }));
}

const KEYS: Record<string, SearchObject> = {
  ALL: { all: true },
  UNSEEN: { seen: false },
  SEEN: { seen: true },
  FLAGGED: { flagged: true },
  ANSWERED: { answered: true },
  DRAFT: { draft: true },
  DELETED: { deleted: true },
};

/**
 * A `UID SEARCH` of the log, as imapflow is asked for it.
 * @throws Error for keys nobody has asked for so far
 */
export function searchOf(command: string): SearchObject {
  const words = command.replace(/^UID SEARCH /i, '').split(' ');
  let query: SearchObject = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!.toUpperCase();
    const next = () => words[++at] ?? '';
    const known = KEYS[word];
    if (known) query = { ...query, ...known };
    else if (word === 'SINCE') query.since = new Date(`${next()} UTC`);
    else if (word === 'UID') query.uid = next();
    else throw new Error(`SEARCH ${word} is not known to the benchmark`);
  }
  return query;
}
