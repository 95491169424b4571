import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repoRoot } from '../../../scripts/lib/repo';

test('everything docs/standards.md points to is there', () => {
  const text = readFileSync(path.join(repoRoot, 'docs/standards.md'), 'utf8');
  const named = [...text.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(
    (name) => !['', '.ts', '.tsx'].some((end) => existsSync(path.join(repoRoot, name + end))),
  );
  expect(missing).toEqual([]);
});
