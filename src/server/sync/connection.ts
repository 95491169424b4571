/** The one IMAP connection a pass works with: opened when needed, replaced when dead, doubted or about to lose its token. */
import type { Log, Login } from '../context';
import { gate } from '../gate';
import { MailError } from '../errors';
import { openMailbox, type OpenMailbox } from '../imap/mailbox';
import type { DirectSession, ImapSession, Turn } from '../imap/session';
import type { ReaderSession, ReaderThread } from './reader/readerThread';
import { readWith, type Read } from './reader/reads';

export interface Connection {
  /** A connection that can be used; the mailbox that was selected may not be any more. */
  session(): Promise<ImapSession>;
  /**
   * The connection that has the mailbox selected which was opened last: on any other one a command would be refused.
   * @throws MailError of its end, where it is not there any more
   */
  selected(): Promise<ImapSession>;
  /** Reads from the mailbox that is selected; two may read at the same time, unless a thread died of it before. */
  read: Read;
  /** Memory of what was read and is not needed any more. */
  giveBack(memory: ArrayBuffer[]): void;
  /** Selects a mailbox, unless it is selected already. */
  open(path: string, options?: { uidValidity?: number; write?: boolean }): Promise<OpenMailbox>;
  /** The next call gets a new connection. */
  renew(): Promise<void>;
  /** Whether the token ends soon: the pass should stop and go on with a fresh login. */
  expired(now: Date): boolean;
  close(): Promise<void>;
  /** To be awaited between two short pieces of work with what it brought. */
  turn: Turn;
}

interface Selected {
  mailbox: OpenMailbox;
  write: boolean;
}

const isChoked = (error: unknown) => error instanceof MailError && error.code === 'replyUnreadable';

/** A connection of the reader thread, with one login. */
export function connectionOf(
  reader: ReaderThread,
  login: Login,
  log: Log,
  signal: AbortSignal,
  turn: Turn,
): Connection {
  let current: ReaderSession | null = null;
  let opening: Promise<ReaderSession> | null = null;
  let selected: Selected | null = null;
  /** What was selected last, on this connection or on one before. */
  let last = null as Selected | null;
  /** The thread of this connection alone, where the common one died while it read. */
  let apart: ReaderThread | null = null;
  /** There nobody else reads meanwhile: what it dies of is known then. */
  const alone = gate(1);

  const close = async () => {
    const closing = current;
    current = null;
    selected = null;
    await closing?.close();
  };
  const reopen = async () => {
    await close();
    return (current = await (apart ?? reader).open(login, { signal, turn, log }));
  };
  const session = async () => {
    if (current?.usable) return current;
    // Two that read find it dead at the same time.
    opening ??= reopen().finally(() => (opening = null));
    return opening;
  };
  const open: Connection['open'] = async (path, { uidValidity, write = false } = {}) => {
    const usable = await session();
    const fits = selected?.mailbox.path === path && (selected.write || !write);
    if (selected && fits && (uidValidity === undefined || selected.mailbox.uidValidity === uidValidity)) {
      return selected.mailbox;
    }
    selected = null;
    const mailbox = await openMailbox(usable, path, { uidValidity, write });
    last = { mailbox, write };
    // Another one may have taken its place meanwhile: nothing is selected there.
    if (usable === current) selected = last;
    return mailbox;
  };
  const withPlace = (): ReaderSession => {
    if (current?.usable && selected) return current;
    throw current?.failure() ?? new MailError('transient', 'connectionLost');
  };
  return {
    session,
    selected: async () => withPlace(),
    async read(name, args) {
      const place = last;
      const ask = async () => {
        // While it waited another one that reads may have lost the connection.
        if (!place) return (await session()).read(name, args);
        await open(place.mailbox.path, { uidValidity: place.mailbox.uidValidity, write: place.write });
        return withPlace().read(name, args);
      };
      if (apart) return alone(ask);
      try {
        return await ask();
      } catch (error) {
        // Others read in that thread as well: what was read here is to blame only where a thread dies that reads nothing else.
        if (!place || !isChoked(error)) throw error;
        apart ??= reader.apart();
        return alone(ask);
      }
    },
    giveBack: (memory) => (apart ?? reader).giveBack(memory),
    open,
    renew: close,
    expired: (now) => current !== null && now >= current.recycleAt,
    close: async () => {
      await close();
      await apart?.stop();
    },
    turn,
  };
}

/** A connection that is there already, with a mailbox selected in it. It is never replaced: when it dies, so does what it was used for. */
export function connectionWith(session: DirectSession, selected: OpenMailbox): Connection {
  const usable = async () => {
    if (!session.usable) throw session.failure();
    return session;
  };
  const read = readWith(session);
  return {
    session: usable,
    selected: usable,
    read: async (name, args) => {
      await usable();
      return read(name, args);
    },
    giveBack: () => undefined,
    async open(path, { uidValidity, write = false } = {}) {
      if (path !== selected.path || write) throw new Error('This connection reads one mailbox.');
      if (uidValidity !== undefined && uidValidity !== selected.uidValidity) {
        throw new MailError('transient', 'uidValidityChanged');
      }
      await usable();
      return selected;
    },
    renew: async () => {
      throw session.failure();
    },
    expired: () => false,
    close: () => session.close(),
    turn: session.turn,
  };
}
