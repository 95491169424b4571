import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFolder } from '../../../scripts/demo/claim';

let folder: string;
const owner = () => path.join(folder, 'used-by');

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claim-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder in use by a running process is refused', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
  writeFileSync(owner(), String(other.pid));
  try {
    expect(() => claimFolder(folder)).toThrow(/Another demo is running here/);
  } finally {
    other.kill();
    await once(other, 'exit');
  }
  expect(() => claimFolder(folder)).not.toThrow();
});

test('what a process left behind that was killed does not matter', () => {
  writeFileSync(owner(), '999999999');
  const release = claimFolder(folder);
  expect(existsSync(owner())).toBe(true);
  release();
  expect(existsSync(owner())).toBe(false);
});
