import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/repo';

export interface Count {
  passed: number;
  failed: number;
  /** What failed, a line each: file, name and the first line of the reason. */
  failures: string[];
}

interface Report {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
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
    return { passed: 0, failed: 0, failures: [] };
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
  return count(report, code === 0, [folder, variant].filter(Boolean).join(' on '));
}

function count(file: string, succeeded: boolean, what: string): Count {
  const total: Count = { passed: 0, failed: 0, failures: [] };
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : { testResults: [] };
  for (const { name, status, message, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const place = `${what}: ${path.relative(repoRoot, name)}`;
    total.passed += assertionResults.filter((test) => test.status === 'passed').length;
    total.failed += status === 'failed' ? Math.max(failed.length, 1) : failed.length;
    for (const test of failed) {
      total.failures.push(`${place} > ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
    }
    if (status === 'failed' && failed.length === 0) total.failures.push(`${place}: ${firstLine(message)}`);
  }
  // An error outside of any test, a crash, or no test at all.
  if (!succeeded && total.failed === 0) {
    total.failed = 1;
    total.failures.push(`${what}: an error outside of any test, or no test at all`);
  }
  return total;
}

const firstLine = (text = ''): string => text.split('\n', 1)[0]!.slice(0, 300);
