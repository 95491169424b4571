import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { readManifest } from '../lib/repo';

/**
 * Modules that exist in the host process; everything else is bundled, so that an upload needs no install.
 * Kept short on purpose: what is not needed as the very same instance is better bundled.
 */
const serverModules = /^(@nocobase\/.+|sequelize|koa|winston|umzug)$/;

/** Modules that both client runtimes define. A sub-path such as `lodash/get` is not defined and gets bundled. */
const clientModules =
  /^(react(-dom)?|react\/jsx-runtime|react-router(-dom)?|antd|antd-style|@ant-design\/(icons|cssinjs)|i18next|react-i18next|@formily\/(antd-v5|core|react|reactive|shared)|@nocobase\/(client-v2|flow-engine|(utils|evaluators)(\/client)?|plugin-[^/]+\/client-v2)|@dnd-kit\/(core|sortable)|axios|dayjs|lodash|ahooks|@emotion\/css|file-saver)$/;

/** Client-side packages that are installed neither here nor on the server, with the versions host 2.2 brings. */
const clientOnlyVersions: Record<string, string> = {
  ahooks: '3.7.8',
  'antd-style': '3.7.1',
  'react-router': '6.28.1',
  'react-router-dom': '6.28.1',
  'react-i18next': '11.18.6',
  '@dnd-kit/core': '6.1.0',
  '@dnd-kit/sortable': '7.0.2',
  '@emotion/css': '11.13.0',
  '@formily/antd-v5': '1.2.3',
  '@formily/core': '2.3.1',
  '@formily/react': '2.3.1',
  '@formily/reactive': '2.3.1',
  '@formily/shared': '2.3.1',
};

/** Leaves the host's modules out of a bundle. */
export function hostModules(side: 'server' | 'client'): Plugin {
  const pattern = side === 'server' ? serverModules : clientModules;
  return {
    name: 'host-modules',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, (args) => {
        if (args.kind === 'entry-point') return null;
        if (pattern.test(args.path)) return { path: args.path, external: true };
        if (args.path.startsWith('@nocobase/')) {
          return { errors: [{ text: `${args.path} does not exist in both client runtimes` }] };
        }
        return null;
      });
    },
  };
}

/**
 * Versions the bundles were built against; the plugin manager compares them with the running host.
 * They are known without an installed host: from its manifest and lockfile.
 */
export function externalVersions(modules: Iterable<string>, repo: string, host: string): Record<string, string> {
  const development = readManifest(repo).devDependencies ?? {};
  const nocobase = readManifest(host).dependencies?.['@nocobase/app'];
  const lock = JSON.parse(readFileSync(path.join(host, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const versions: Record<string, string> = {};
  for (const module of [...modules].sort()) {
    const name = packageOf(module);
    const version = name.startsWith('@nocobase/')
      ? nocobase
      : (development[name] ?? lock.packages[`node_modules/${name}`]?.version ?? clientOnlyVersions[name]);
    if (!version) throw new Error(`No version known for the host module ${name}: add it to scripts/build/externals.ts`);
    versions[name] = version;
  }
  return versions;
}

function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}
