import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/repo';

export interface Count {
  passed: number;
  failed: number;
}

interface Report {
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** Runs the tests of one folder of test/ and counts them. A file that cannot even be loaded counts as one failure. */
export async function runFolder(
  folder: string,
  env: Record<string, string>,
  args: string[] = [],
  variant = '',
): Promise<Count> {
  if (!existsSync(path.join(repoRoot, 'test', folder))) {
    console.log(`test/${folder} does not exist yet`);
    return { passed: 0, failed: 0 };
  }
  console.log(`\n== test/${folder}${variant && ` on ${variant}`} ==`);
  const report = path.join(repoRoot, 'test-results', `${[folder, variant].filter(Boolean).join('-')}.json`);
  rmSync(report, { force: true });
  const vitest = path.join(repoRoot, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, 'run', '--project', folder, ...reporters, ...args], {
    cwd: repoRoot,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return count(report, code === 0);
}

function count(file: string, succeeded: boolean): Count {
  const total: Count = { passed: 0, failed: 0 };
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : { testResults: [] };
  for (const { status, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed').length;
    total.passed += assertionResults.filter((test) => test.status === 'passed').length;
    total.failed += status === 'failed' ? Math.max(failed, 1) : failed;
  }
  // An error outside of any test, a crash, or no test at all.
  if (!succeeded && total.failed === 0) total.failed = 1;
  return total;
}
