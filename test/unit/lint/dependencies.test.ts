import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { repoRoot } from '../../../scripts/lib/repo';
import { mayImport } from '../../../scripts/lint/dependencies.mjs';

// Only the rules about imports: they need no types, and the probed files do not exist.
const eslint = new ESLint({
  cwd: repoRoot,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false } },
      rules: {
        '@typescript-eslint/no-floating-promises': 'off',
        '@typescript-eslint/no-misused-promises': 'off',
      },
    },
  ],
});

/** The names of the rules a line of code in a file of ours breaks. */
async function broken(file: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: path.join(repoRoot, 'src', file) });
  return (result?.messages ?? []).filter((message) => message.severity === 2).map((message) => message.ruleId);
}

/** A module that exists, seen from a file of another folder. */
const from = (file: string, module: string) => {
  const relative = path.relative(path.dirname(path.join('src', file)), path.join('src', module));
  return `import '${relative.startsWith('.') ? relative : `./${relative}`}';`;
};

const rule = 'import-x/no-restricted-paths';

describe('a forbidden import turns lint red', () => {
  test.each([
    ['server/imap/probe.ts', 'server/accounts/credentials', 'protocol code knows no database'],
    ['server/submission/smtp.ts', 'server/live', 'the SMTP conversation knows no browser'],
    ['server/submission/probe.ts', 'server/sync/scheduler', 'sending and syncing meet in rows only'],
    ['server/sync/probe.ts', 'server/submission/deliver', 'syncing and sending meet in rows only'],
    ['server/sync/probe.ts', 'server/accounts/secrets', 'of accounts, sync sees the credentials only'],
    ['server/actions/probe.ts', 'server/imap/session', 'handlers speak no protocol'],
    ['server/actions/probe.ts', 'server/submission/smtp', 'handlers speak no protocol'],
    ['server/providers/microsoft/probe.ts', 'server/providers/index', 'a provider does not know the others'],
    ['server/accounts/probe.ts', 'server/plugin', 'nobody but the host knows the composition root'],
    ['server/errors.ts', 'server/live', 'errors import nothing of ours'],
    ['shared/probe.ts', 'server/errors', 'shared imports nothing of ours'],
    ['client/probe.ts', 'server/errors', 'the client knows no server code'],
    ['server/accounts/probe.ts', '../test/harness/index', 'what ships knows no tests'],
    ['server/accounts/probe.ts', '../scripts/lib/repo', 'what ships knows no tools'],
  ])('%s → %s: %s', async (file, module) => {
    expect(existsSync(path.join(repoRoot, 'src', `${module}.ts`)), `${module}.ts exists`).toBe(true);
    expect(await broken(file, from(file, module))).toContain(rule);
  });

  test.each([
    ['client/probe.ts', '@nocobase/client'],
    ['client/probe.ts', '@nocobase/server'],
    ['client/probe.ts', 'node:fs'],
    ['server/imap/probe.ts', '@nocobase/client-v2'],
    ['server/imap/probe.ts', 'antd'],
    ['shared/probe.ts', '@nocobase/server'],
  ])('%s → %s', async (file, module) => {
    expect(await broken(file, `import '${module}';`)).toContain('no-restricted-imports');
  });
});

test.each([
  ['server/accounts/probe.ts', 'server/submission/smtp'],
  ['server/submission/probe.ts', 'server/accounts/credentials'],
  ['server/submission/probe.ts', 'server/imap/session'],
  ['server/sync/probe.ts', 'server/imap/session'],
  ['server/actions/probe.ts', 'server/sync/scheduler'],
  ['client/probe.ts', 'shared/types'],
])('an allowed import stays green: %s → %s', async (file, module) => {
  expect(await broken(file, from(file, module))).toEqual([]);
});

test('every part of the server has its line in the dependency table', () => {
  const parts = readdirSync(path.join(repoRoot, 'src/server')).map((name) => `server/${path.basename(name, '.ts')}`);
  const compositionRoot = ['server/index', 'server/plugin'];
  expect(parts.filter((part) => !compositionRoot.includes(part) && !(part in mayImport))).toEqual([]);
});
