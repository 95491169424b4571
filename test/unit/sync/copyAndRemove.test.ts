import { expect, test, vi } from 'vitest';
import { MailError } from '../../../src/server/errors';
import type { Pass } from '../../../src/server/sync/pass';
import type { MailboxRow } from '../../../src/server/sync/rows';
import type { PendingOp } from '../../../src/server/sync/ops/pending';
import { moveHere } from '../../../src/server/sync/ops/pushMoves';

vi.mock('../../../src/server/sync/ops/tried', () => ({
  markTried: async (_pass: unknown, ops: object[], tried: object) => ops.map((op) => ({ ...op, tried })),
}));
vi.mock('../../../src/server/sync/ops/settle', () => ({
  settle: async (_pass: unknown, ops: unknown[]) => ops.length,
}));

const internalDate = new Date(0);
const headers = Buffer.from('Message-ID: <a@b.example>\r\n\r\n');

/** A server without MOVE and COPYUID; the source gets another UIDVALIDITY while the copy is looked for. */
function server(sourceAfterwards: number) {
  const removed: string[] = [];
  let source = 7;
  const client = {
    capabilities: new Map([['UIDPLUS', true]]),
    status: async () => ({ messages: 0, uidNext: 1, uidValidity: 9n, unseen: 0 }),
    search: async () => (copies > 0 ? [1] : []),
    messageCopy: async () => {
      copies += 1;
      return {};
    },
    messageDelete: async (range: string) => removed.push(range) > 0,
  };
  let copies = 0;
  const session = {
    client,
    usable: true,
    ask: (command: (of: typeof client) => unknown) => command(client),
    rows: async () => ({ found: [{ uid: 1, internalDate, headers, size: 5 }], failure: null }),
    failure: () => new MailError('transient', 'connectionLost'),
  };
  const connection = {
    session: async () => session,
    selected: async () => session,
    open: async (path: string, { uidValidity }: { uidValidity?: number } = {}) => {
      if (path === 'Target') {
        if (copies > 0) source = sourceAfterwards;
        return { path, uidValidity: 9 };
      }
      if (uidValidity !== undefined && uidValidity !== source) throw new MailError('transient', 'uidValidityChanged');
      return { path, uidValidity: source };
    },
  };
  return { pass: { connection } as unknown as Pass, removed };
}

const mailbox = (path: string) => ({ id: path, path }) as MailboxRow;
const move = async (pass: Pass) => {
  const { envelopeOf } = await import('../../../src/server/imap/envelope');
  const { messageIdHash, headerHash } = envelopeOf(headers);
  const message = {
    id: '1',
    uid: 4,
    uidValidity: 7,
    messageIdHash,
    headerHash,
    internalDate,
    size: 5,
    unreadable: false,
  };
  const op = { id: '1', verb: 'move', message, from: 'Source', to: 'Target', tried: null } as unknown as PendingOp;
  return moveHere(pass, { source: mailbox('Source'), target: mailbox('Target'), ops: [op] });
};

test('what was copied is removed where MOVE is not offered', async () => {
  const { pass, removed } = server(7);
  await move(pass);
  expect(removed).toEqual(['4']);
});

test('nothing is removed where the UIDVALIDITY changed meanwhile: the UID is another message', async () => {
  const { pass, removed } = server(8);
  await expect(move(pass)).rejects.toMatchObject({ code: 'uidValidityChanged' });
  expect(removed).toEqual([]);
});
