import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostRoot } from '../lib/repo';
import { type Address, startMariadb, startPostgres } from './clusters';

export type ServerDialect = 'postgres' | 'mariadb';

/** Where a developer's machine usually has them, open to everybody on the machine. */
const local: Record<ServerDialect, Address> = {
  postgres: { host: '127.0.0.1', port: 5432, user: 'postgres', database: 'test' },
  mariadb: { host: '127.0.0.1', port: 3306, user: 'root', database: 'test' },
};

/**
 * Gives some work a database server: the one DB_* names, else a local one that lets us in, else one of our own in a
 * temporary folder that ends with the work.
 */
export async function withDatabase<T>(
  dialect: ServerDialect,
  work: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  if (process.env.DB_DIALECT === dialect && process.env.DB_HOST) return work({ DB_DIALECT: dialect });
  if (await answers(dialect, local[dialect])) return work(environment(dialect, local[dialect]));
  const cluster = await (dialect === 'postgres' ? startPostgres() : startMariadb());
  try {
    await createDatabase(dialect, cluster.address);
    return await work(environment(dialect, cluster.address));
  } finally {
    await cluster.stop();
  }
}

function environment(dialect: ServerDialect, { host, port, user, database }: Address): Record<string, string> {
  return {
    DB_DIALECT: dialect,
    DB_HOST: host,
    DB_PORT: String(port),
    DB_USER: user,
    DB_PASSWORD: '',
    DB_DATABASE: database,
  };
}

const readyWithin = 60_000;

interface Connection {
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** Connects with the drivers of the host: what they cannot reach is of no use to the tests. */
async function connect(dialect: ServerDialect, address: Address, within = 3000): Promise<Connection> {
  const driver = createRequire(path.join(hostRoot, 'package.json'));
  if (dialect === 'mariadb') {
    const { createConnection } = driver('mariadb') as { createConnection(options: object): Promise<Connection> };
    return createConnection({ ...address, connectTimeout: within });
  }
  const { Client } = driver('pg') as { Client: new (options: object) => Connection & { connect(): Promise<void> } };
  const client = new Client({ ...address, connectionTimeoutMillis: within });
  await client.connect();
  return client;
}

async function answers(dialect: ServerDialect, address: Address): Promise<boolean> {
  try {
    const connection = await connect(dialect, address);
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

/** A server listens a moment before it lets anybody in. */
async function admitted(dialect: ServerDialect, address: Address): Promise<Connection> {
  const deadline = Date.now() + readyWithin;
  for (;;) {
    try {
      return await connect(dialect, address, readyWithin);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

async function createDatabase(dialect: ServerDialect, address: Address): Promise<void> {
  const connection = await admitted(dialect, { ...address, database: dialect === 'postgres' ? 'postgres' : 'mysql' });
  const utf8 = dialect === 'postgres' ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';
  await connection.query(`CREATE DATABASE ${address.database}${utf8}`);
  await connection.end();
}
