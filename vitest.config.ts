import { createRequire } from 'node:module';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';

const hostManifest = path.resolve(import.meta.dirname, 'sandbox/nocobase/package.json');

/** Those of its pages are not installed: a test that needs one brings its own in place of it (`vi.mock`). */
const isOfPages = (source: string) =>
  ['@nocobase/client', '@nocobase/client-v2', '@nocobase/flow-engine'].includes(source);

/** The host's packages come from its own folder, so that the plugin under test and the host share one instance. */
function hostPackages(): Plugin {
  const host = createRequire(hostManifest);
  return {
    name: 'host-packages',
    enforce: 'pre',
    resolveId: (source) =>
      /^(@nocobase\/|sequelize$)/.test(source) && !isOfPages(source) ? host.resolve(source) : null,
  };
}

const minute = 60_000;

/**
 * Time limits are for what hangs: on a busy machine everything takes several times as long.
 * Folders that share few resources may run two files at once; the rest owns a browser or an app process.
 * `host`: its tests load packages of the host into their own process.
 */
const folders = [
  { name: 'unit', parallel: true, timeout: 2 * minute, host: false },
  { name: 'server', parallel: true, timeout: 5 * minute, host: true },
  { name: 'torture', parallel: false, timeout: 20 * minute, host: true },
  { name: 'dialect', parallel: false, timeout: 5 * minute, host: true },
  { name: 'sandbox', parallel: false, timeout: 5 * minute, host: false },
  { name: 'package', parallel: false, timeout: 10 * minute, host: false },
  { name: 'browser', parallel: false, timeout: 10 * minute, host: false },
];

export default defineConfig({
  test: {
    pool: 'forks',
    teardownTimeout: minute,
    projects: folders.map(({ name, parallel, timeout, host }) => ({
      plugins: [hostPackages()],
      test: {
        name,
        root: import.meta.dirname,
        include: [`test/${name}/**/*.test.{ts,tsx}`],
        environment: 'node',
        env: { LOGGER_TRANSPORT: 'console', LOGGER_LEVEL: 'error' },
        setupFiles: host ? ['test/harness/setUp.ts'] : [],
        pool: 'forks',
        poolOptions: {
          forks: parallel ? { minForks: 1, maxForks: 2 } : { singleFork: false, minForks: 1, maxForks: 1 },
        },
        testTimeout: timeout,
        expect: { poll: { timeout: minute } },
        hookTimeout: 2 * timeout,
      },
    })),
  },
});
