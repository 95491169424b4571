/** What lists and searches of the largest account take, called as the actions call them. Warm: the first call is told apart. */
import type { MailContext } from '../../src/server/context';
import { searchThreads, type ThreadSearchInput } from '../../src/server/messages/search';
import { listThreads, type ThreadQuery } from '../../src/server/messages/threads';
import type { Figure } from '../measure';
import { absolute, quantile } from '../statistics';
import type { Filled } from './fill';

const PAGE = 20;

/** Where is asked. */
interface Asked {
  mail: MailContext;
  owner: string;
  filled: Filled;
}

interface Case {
  name: string;
  call(asked: Asked): Promise<unknown>;
  runs: number;
  /** Which of the runs is told: 0.5 is the median. */
  share: number;
  /** Milliseconds; null where it is only told. */
  target: number | null;
}

/** How long one call takes, in milliseconds. */
async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

/**
 * @param mail of a database that `fillMail` filled
 * @param owner user of the largest account
 */
export async function* measureScale(mail: MailContext, owner: string, filled: Filled): AsyncIterable<Figure> {
  const dialect = mail.db.sequelize.getDialect();
  const asked = { mail, owner, filled };
  for (const { name, call, runs, share, target } of casesOf(dialect)) {
    const first = await timed(() => call(asked));
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push(await timed(() => call(asked)));
    yield absolute(`scale.${name}.${dialect}`, 'ms', target, times, quantile(times, share));
    yield absolute(`scale.${name}.${dialect}.first`, 'ms', null, [first]);
  }
}

/** Names of the figures of {@link measureScale}. */
export const scaleNames = (dialect: string): string[] =>
  casesOf(dialect).flatMap(({ name }) => [`scale.${name}.${dialect}`, `scale.${name}.${dialect}.first`]);

function casesOf(dialect: string): Case[] {
  const list = (name: string, queryOf: (filled: Filled) => ThreadQuery, target: number): Case => ({
    name: `list.${name}`,
    call: ({ mail, owner, filled }) => listThreads(mail, { userId: owner }, { limit: PAGE, ...queryOf(filled) }),
    runs: 50,
    share: 0.95,
    target,
  });
  const search = (name: string, input: ThreadSearchInput, target: number | null, runs = 15): Case => ({
    name: `search.${name}`,
    call: ({ mail, owner }) => searchThreads(mail, { userId: owner }, { limit: PAGE, ...input }),
    runs,
    share: 0.5,
    target,
  });
  const indexed = dialect === 'postgres' ? 150 : 50;
  return [
    list('inbox', ({ mailboxId }) => ({ mailboxId }), 10),
    list('allInboxes', () => ({ role: 'inbox' }), 50),
    list('unread', ({ mailboxId }) => ({ mailboxId, unread: 1 }), 50),
    search('rare', { query: 'rare' }, indexed),
    search('medium', { query: 'medium' }, indexed),
    search('common', { query: 'common' }, 200),
    search('commonAndRare', { query: 'common rare' }, null, 5),
    search('phrase', { query: '"w0 w1 w2"' }, null, 3),
    search('prefix', { query: 'med*' }, null, 5),
    search('commonFlagged', { query: 'common', flagged: true }, null, 3),
    search('flagged', { flagged: true }, null, 5),
  ];
}
