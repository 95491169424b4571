import type { Transaction } from 'sequelize';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { gate } from '../../src/server/gate';
import { KeptConnection } from '../../src/server/keptConnection';
import { createTestApp, type TestApp } from '../harness';

let host: TestApp;
let connection: KeptConnection;

beforeAll(async () => {
  host = await createTestApp();
  await sequelize().query('CREATE TABLE things (name TEXT)');
});
afterAll(() => host?.stop());
beforeEach(async () => {
  connection = newConnection();
  await sequelize().query('DELETE FROM things');
});

const sequelize = () => host.app.db.sequelize;
const newConnection = (idleTime?: number) => new KeptConnection(sequelize(), gate(1), idleTime);
const add = (name: string, transaction: Transaction) =>
  sequelize().query(`INSERT INTO things VALUES ('${name}')`, { transaction });
const names = async () => {
  const [rows] = await sequelize().query('SELECT name FROM things ORDER BY rowid');
  return (rows as { name: string }[]).map(({ name }) => name);
};

/** What one connection alone can see. */
const mark = (transaction: Transaction) => sequelize().query('CREATE TEMP TABLE mark (n)', { transaction });
const isMarked = async (transaction: Transaction) => {
  const [rows] = await sequelize().query("SELECT 1 FROM sqlite_temp_master WHERE name = 'mark'", { transaction });
  return rows.length > 0;
};

test('transactions follow each other on one connection', async () => {
  await connection.run(mark);
  expect(await connection.run(isMarked)).toBe(true);
  expect(await newConnection().run(isMarked)).toBe(false);
});

test('what a transaction wrote is there when it ends, and nothing of one that throws', async () => {
  await connection.run((transaction) => add('kept', transaction));
  const failing = connection.run(async (transaction) => {
    await add('lost', transaction);
    throw new Error('changed its mind');
  });
  await expect(failing).rejects.toThrow('changed its mind');
  await connection.run((transaction) => add('next', transaction));
  expect(await names()).toEqual(['kept', 'next']);
});

test('what is done in a transaction after its end is refused instead of joining the next one', async () => {
  const late = await connection.run((transaction) => Promise.resolve({ transaction }));
  await connection.run(async (transaction) => {
    await expect(add('late', late.transaction)).rejects.toThrow(/can no longer use it/);
    await add('in time', transaction);
  });
  expect(await names()).toEqual(['in time']);
});

test('what waits for the end of a transaction is called once, after its commit', async () => {
  const called: string[] = [];
  const waiting = (name: string) => async (transaction: Transaction) => {
    transaction.afterCommit(async () => void called.push(`${name} ${String(await names())}`));
    await add(name, transaction);
  };
  await connection.run(waiting('first'));
  await connection.run(waiting('second'));
  await connection
    .run((transaction) => waiting('third')(transaction).then(() => Promise.reject(new Error('no'))))
    .catch(() => 0);
  expect(called).toEqual(['first first', 'second first,second']);
});

test('a database that was closed and opened again is written to like before', async () => {
  await connection.run((transaction) => add('before', transaction));
  await host.app.db.close();
  await host.app.db.reconnect();
  await connection.run((transaction) => add('after', transaction));
  expect(await names()).toEqual(['before', 'after']);
});

test('a file that another process writes to is waited for and left as it is', async () => {
  await connection.run(mark);
  await newConnection().run(async (other) => {
    await add('other', other);
    await expect(connection.run((transaction) => add('mine', transaction))).rejects.toThrow(/SQLITE_BUSY|locked/);
  });
  expect(await connection.run(isMarked)).toBe(true);
  expect(await names()).toEqual(['other']);
});

/** Whether the connection that a transaction had is open. */
const isOpen = (transaction: Transaction) => {
  const { connectionManager } = sequelize() as unknown as { connectionManager: { connections: object } };
  return Reflect.get(transaction, 'id') in connectionManager.connections;
};

test('a connection that is not needed is closed', async () => {
  const short = newConnection(20);
  const { transaction } = await short.run((transaction) => mark(transaction).then(() => ({ transaction })));
  expect(isOpen(transaction)).toBe(true);
  await vi.waitFor(() => expect(isOpen(transaction)).toBe(false));
  expect(await short.run(isMarked)).toBe(false);
});

test('a connection that waited for another process in vain is closed as well', async () => {
  const short = newConnection(500);
  const { transaction } = await short.run((transaction) => Promise.resolve({ transaction }));
  await newConnection().run(async () => {
    await expect(short.run(isMarked)).rejects.toThrow(/SQLITE_BUSY|locked/);
  });
  await vi.waitFor(() => expect(isOpen(transaction)).toBe(false), { timeout: 5000 });
});
