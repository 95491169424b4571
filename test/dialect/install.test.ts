import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repoRoot } from '../../scripts/lib/repo';
import { createTestApp, dialect, type TestApp } from '../harness';

let running: TestApp;

beforeAll(async () => {
  running = await createTestApp();
});

afterAll(() => running?.stop());

test('the app runs on the database server that was asked for', () => {
  expect(running.app.db.options.dialect).toBe(dialect);
});

test('every collection of the plugin has its table, and every column can be read', async () => {
  const names = readdirSync(path.join(repoRoot, 'src/server/collections')).map((file) => path.basename(file, '.ts'));
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) {
    expect(running.app.db.hasCollection(name), name).toBe(true);
    await expect(running.app.db.getCollection(name).model.findAll(), name).resolves.toBeInstanceOf(Array);
  }
});
