import { expect, test, vi } from 'vitest';
import { mistakesTo } from '../../../src/server/imap/mistakes';
import type { DirectSession } from '../../../src/server/imap/session';
import { readEnvelopes } from '../../../src/server/sync/reader/envelopes';

/** A connection whose server answers FETCH with these rows. */
const answering = (rows: object[], mistaken: (error: unknown) => void) =>
  ({
    ask: (command: (client: unknown) => Promise<unknown>) => command({ fetch: () => rows, emit: () => undefined }),
    turn: () => undefined,
    mistaken,
  }) as unknown as DirectSession;

/** What breaks whoever looks into it, as a structure of a shape nobody has thought of. */
const broken = (secret: string) => ({
  get type(): string {
    throw new TypeError(`no such thing in ${secret}`);
  },
});

test('a message that breaks our reading is left out, and where it broke is logged once, without what it holds', async () => {
  const error = vi.fn();
  const silent = () => undefined;
  const rows = [1, 2, 3].map((uid) => ({ uid, ...(uid !== 2 && { bodyStructure: broken('Quarterly figures') }) }));
  const mistaken = mistakesTo({ debug: silent, info: silent, warn: silent, error });
  const { found, failure } = await readEnvelopes(answering(rows, mistaken), {
    uids: [1, 2, 3],
    query: {},
    now: new Date(0),
  });
  expect([found.map(({ uid }) => uid), failure]).toEqual([[2], null]);
  expect(error).toHaveBeenCalledTimes(1);
  expect(error.mock.calls[0]?.[1]).toMatchObject({ error: { name: 'TypeError', frames: expect.any(Array) } });
  expect(JSON.stringify(error.mock.calls)).toContain('envelopes');
  expect(JSON.stringify(error.mock.calls)).not.toContain('Quarterly');
});
