import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../lib/repo';
import { NO_RESULTS, type FileResult, type Results } from './results';

interface Report {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] }[];
  }[];
}

/** Runs the tests of one folder of test/ and reads what became of them. A file that cannot even be loaded counts as one failure. */
export async function runFolder(
  folder: string,
  env: Record<string, string>,
  args: string[] = [],
  variant = '',
): Promise<Results> {
  if (!existsSync(path.join(repoRoot, 'test', folder))) {
    console.log(`test/${folder} does not exist yet`);
    return NO_RESULTS;
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
  return read(report, code === 0, [folder, variant].filter(Boolean).join(' on '));
}

function read(reportFile: string, succeeded: boolean, what: string): Results {
  const report = existsSync(reportFile)
    ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report)
    : { testResults: [] };
  const files = report.testResults.map(({ name, status, message, assertionResults }): FileResult => {
    const file = path.relative(repoRoot, name);
    const passed = assertionResults.filter((test) => test.status === 'passed').length;
    const failures = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => ({
        name: `${what}: ${file} > ${test.fullName}`,
        reason: firstLine(test.failureMessages?.[0]),
      }));
    if (status === 'failed' && failures.length === 0) {
      failures.push({ name: `${what}: ${file}`, reason: firstLine(message) });
    }
    return { file, passed, failures };
  });
  // An error outside of any test, a crash, or no test at all.
  if (!succeeded && files.every(({ failures }) => failures.length === 0)) {
    const failure = { name: what, reason: 'an error outside of any test, or no test at all' };
    files.push({ file: null, passed: 0, failures: [failure] });
  }
  return { files, unsteady: [] };
}

const firstLine = (text = ''): string => text.split('\n', 1)[0]!.slice(0, 300);
