import { expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import { connectionOf } from '../../../src/server/sync/connection';
import { pushFlags, type FlagStep } from '../../../src/server/sync/ops/pushFlags';
import type { Pass } from '../../../src/server/sync/pass';
import type { ReaderThread } from '../../../src/server/sync/reader/readerThread';

/** Connections of a server that says no to STORE where no mailbox is selected, as imapflow does. */
function server() {
  const opened: { usable: boolean; stored: number }[] = [];
  const open = async () => {
    let selected = false;
    const client = {
      mailboxOpen: async () => {
        selected = true;
        return { uidValidity: 1n, uidNext: 9, exists: 1 };
      },
      messageFlagsAdd: async () => {
        session.stored += 1;
        return selected;
      },
    };
    const session = {
      usable: true,
      stored: 0,
      client,
      ask: (command: (of: typeof client) => unknown) => command(client),
      failure: () => new MailError('transient', 'connectionLost'),
      close: async () => undefined,
    };
    opened.push(session);
    return session;
  };
  return { opened, reader: { open } as unknown as ReaderThread };
}

const flags = { seen: false, flagged: false, answered: false, draft: false };
const step = {
  op: { id: '1', base: false, wanted: true, attempts: 0, message: { uid: 1 } },
  verb: 'seen',
  current: flags,
  waits: false,
} as unknown as FlagStep;

test('a connection that ends between two commands is not taken for a server that refuses', async () => {
  const { opened, reader } = server();
  const connection = connectionOf(reader, {} as never, {} as never, new AbortController().signal, () => undefined);
  await connection.open('INBOX', { write: true });
  const pass = { connection } as unknown as Pass;
  expect(await pushFlags(pass, [step])).toMatchObject([{ state: 'done' }]);
  opened[0]!.usable = false;
  await expect(pushFlags(pass, [step])).rejects.toMatchObject({ code: 'connectionLost' });
  expect(opened.slice(1).map(({ stored }) => stored)).toEqual([]);
});
