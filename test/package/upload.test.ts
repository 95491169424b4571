import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Host, pluginName, startHost } from '../../scripts/host';
import { keepScreenshot, launchBrowser, openSession, pageAddress, type Runtime } from '../../scripts/lib/browser';
import { readManifest, repoRoot } from '../../scripts/lib/repo';

const { name: packageName, version } = readManifest(repoRoot);

let folder: string;
let packed: { file: string; contents: string[] };
let host: Host;
let browser: Browser;
/** What the pages complain about before the plugin is there; the host has flaws of its own. */
let known: string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'email-manager-pack-'));
  packed = pack(folder);
  host = await startHost({ plugin: false });
  browser = await launchBrowser();
  known = [];
  for (const runtime of ['legacy', 'modern'] as const) {
    for (const visit of [openAdmin, openSignIn]) known.push(...(await visit(runtime)));
  }
});

afterAll(async () => {
  await browser?.close();
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the package holds what the host loads, and nothing to install or to leak', () => {
  expect(packed.contents).toEqual(
    expect.arrayContaining([
      'package.json',
      'LICENSE',
      'README.md',
      'server.js',
      'client.js',
      'client-v2.js',
      'dist/server/index.js',
      'dist/client/index.js',
      'dist/client-v2/index.js',
      'dist/locale/en-US.json',
      'dist/swagger/index.js',
      'dist/externalVersion.js',
    ]),
  );
  expect(
    packed.contents.filter((file) => /^(src|test|sandbox|scripts|node_modules|docs|storage)\//.test(file)),
  ).toEqual([]);
  expect(readManifest(repoRoot).dependencies ?? {}).toEqual({});
});

test('an administrator uploads it and enables it, without any further install', async () => {
  const token = await host.signIn();
  const upload = new FormData();
  upload.append('file', new Blob([new Uint8Array(readFileSync(packed.file))]), path.basename(packed.file));
  expect((await host.api('pm:add', { token, body: upload })).status).toBe(200);
  await expect
    .poll(() => listed(token), { timeout: 180_000, interval: 1000 })
    .toMatchObject({ enabled: false, version });
  await host.enable(pluginName);
  const found = await host.api<{ name: string }[]>('pm:listEnabledV2', { token });
  expect(found.data.map(({ name }) => name)).toContain(pluginName);
});

test('the plugin manager finds it compatible with the host', async () => {
  const token = await host.signIn();
  const details = await host.api<Record<string, unknown>>('pm:get', { token, query: { filterByTk: pluginName } });
  expect(details.data.depsCompatible).not.toEqual([]);
  expect(details.data.isCompatible).toBe(true);
});

test.each<[Runtime, string]>([
  ['legacy', 'client'],
  ['modern', 'client-v2'],
])('the %s client loads it without a console error', async (runtime, lane) => {
  const loaded: number[] = [];
  const errors = await openAdmin(runtime, (url, status) => {
    if (url.includes(`${packageName}/dist/${lane}/index.js`)) loaded.push(status);
  });
  expect(loaded).toEqual([200]);
  expect(errors.filter((error) => !known.includes(error))).toEqual([]);
});

test.each<Runtime>(['legacy', 'modern'])('the sign-in page of the %s client is unharmed', async (runtime) => {
  const errors = await openSignIn(runtime);
  expect(errors.filter((error) => !known.includes(error))).toEqual([]);
});

/** Opens the start page of an administrator and returns the page's errors. */
async function openAdmin(runtime: Runtime, onResponse?: (url: string, status: number) => void): Promise<string[]> {
  const session = await openSession(browser, host.origin, { token: await host.signIn() });
  session.page.on('response', (response) => onResponse?.(response.url(), response.status()));
  await session.page.goto(pageAddress(host.origin, runtime, '/admin'));
  await session.page.locator('.ant-layout-header, .ant-pro-layout').first().waitFor();
  await session.page.waitForLoadState('networkidle');
  await keepScreenshot(session.page, `package-${runtime}`);
  await session.close();
  return session.errors;
}

async function openSignIn(runtime: Runtime): Promise<string[]> {
  const session = await openSession(browser, host.origin);
  await session.page.goto(pageAddress(host.origin, runtime, '/signin'));
  await session.page.locator('input[type=password]').waitFor();
  await session.close();
  return session.errors;
}

function pack(target: string): { file: string; contents: string[] } {
  const options = { cwd: repoRoot, encoding: 'utf8' as const };
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], options);
  const [result] = JSON.parse(output) as { filename: string; files: { path: string }[] }[];
  if (!result) throw new Error(`npm pack answered ${output}`);
  return { file: path.join(target, path.basename(result.filename)), contents: result.files.map((file) => file.path) };
}

async function listed(token: string): Promise<unknown> {
  const { data } = await host.api<{ packageName: string }[]>('pm:list', { token });
  return Array.isArray(data) ? data.find((plugin) => plugin.packageName === packageName) : undefined;
}
