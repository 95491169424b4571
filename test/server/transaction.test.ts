import type { EventEmitter } from 'node:events';
import type { Transaction } from 'sequelize';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MailContext } from '../../src/server/context';
import { inTransaction } from '../../src/server/transaction';
import { createTestApp, quietMail, type TestApp } from '../harness';

let host: TestApp;
let mail: MailContext;

beforeAll(async () => {
  host = await createTestApp();
  mail = await quietMail(host);
});
afterAll(() => host?.stop());

const users = () => host.app.db.getCollection('users').model;
const nickname = async () => (await users().findOne({ where: { id: 1 } }))?.get('nickname');
const renameIn = (transaction: Transaction, name: string) =>
  users().update({ nickname: name }, { where: { id: 1 }, hooks: false, transaction });
const rename = (name: string) => users().update({ nickname: name }, { where: { id: 1 }, hooks: false });

/** A transaction of ours that has written and is still open. */
function openTransaction(): Promise<{ end(): Promise<void> }> {
  return new Promise((opened) => {
    const done = inTransaction(mail, async (transaction) => {
      await renameIn(transaction, 'inside');
      await new Promise<void>((end) =>
        opened({
          end() {
            end();
            return done.then(() => undefined);
          },
        }),
      );
    });
  });
}

/** What runs on the connection that statements without a transaction share. */
async function statements(): Promise<string[]> {
  const { connectionManager } = host.app.db.sequelize as unknown as {
    connectionManager: { getConnection(options: object): Promise<EventEmitter> };
  };
  const seen: string[] = [];
  (await connectionManager.getConnection({})).on('trace', (sql: string) => seen.push(sql));
  return seen;
}

test('a statement that writes while a transaction is open keeps nobody from reading, and comes after it', async () => {
  await rename('before');
  const { end } = await openTransaction();
  const seen = await statements();
  const written = rename('after');
  expect(await nickname()).toBe('before');
  // At the database it would hold the connection for as long as it waits there.
  expect(seen.filter((sql) => sql.startsWith('UPDATE'))).toEqual([]);
  await end();
  await written;
  expect(seen.filter((sql) => sql.startsWith('UPDATE'))).toHaveLength(1);
  expect(await nickname()).toBe('after');
});

test.each([
  ['a transaction of ours', () => inTransaction(mail, (transaction) => renameIn(transaction, 'other'))],
  ['a statement', () => rename('other')],
])('a transaction of the host that reads before it writes is not refused because of %s', async (_name, write) => {
  const transaction = await host.app.db.sequelize.transaction();
  await users().findOne({ where: { id: 1 }, transaction });
  const written = write();
  for (let reads = 0; reads < 20; reads++) await nickname();
  await renameIn(transaction, 'host');
  await transaction.commit();
  await written;
  expect(await nickname()).toBe('other');
});

test('a transaction of the host waits for ours, and one that is rolled back leaves its turn', async () => {
  const { end } = await openTransaction();
  const order: string[] = [];
  const begun = host.app.db.sequelize.transaction().then((transaction) => {
    order.push('begun');
    return transaction;
  });
  for (let reads = 0; reads < 20; reads++) await nickname();
  order.push('ended');
  await end();
  await (await begun).rollback();
  await rename('next');
  expect(order).toEqual(['ended', 'begun']);
  expect(await nickname()).toBe('next');
});

test('statements that fail leave their turn to the next one', async () => {
  const { end } = await openTransaction();
  const refused = users().create({ id: 1 }, { hooks: false });
  const written = rename('next');
  await end();
  await expect(refused).rejects.toMatchObject({ name: 'SequelizeUniqueConstraintError' });
  await written;
  expect(await nickname()).toBe('next');
});

test('a transaction that waits for a statement outside of it is told that the database is locked, and can go on', async () => {
  await inTransaction(mail, async (transaction) => {
    await renameIn(transaction, 'inside');
    await expect(rename('outside')).rejects.toThrow(/SQLITE_BUSY|locked/);
  });
  expect(await nickname()).toBe('inside');
});
