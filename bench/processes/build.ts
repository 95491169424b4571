/** Measured processes as JavaScript: what a loader of TypeScript adds to every function is not what is measured. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { hostModules } from '../../scripts/build/externals';
import { serverBuild, workers } from '../../scripts/build/server';
import { repoRoot } from '../../scripts/lib/repo';
import { builtFolder, MEASURED } from './built';

/** Builds them the way the plugin is built. */
export async function buildProcesses(): Promise<void> {
  const threads = await workers(path.join(repoRoot, 'src/server'));
  const entries = [...MEASURED.map((name) => path.join(import.meta.dirname, `${name}.ts`)), ...threads];
  // A thread whose file was renamed would still be found.
  await rm(builtFolder, { recursive: true, force: true });
  await build({
    ...serverBuild,
    absWorkingDir: repoRoot,
    entryPoints: Object.fromEntries(entries.map((file) => [path.basename(file, '.ts'), file])),
    outdir: builtFolder,
    plugins: [hostModules('server'), ownFolders],
  });
}

/** Files outside of the plugin find others beside themselves, not beside the bundle. */
const ownFolders: Plugin = {
  name: 'own-folders',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](bench|test|scripts|sandbox)[\\/].*\.ts$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      return {
        contents: source.replaceAll('import.meta.dirname', JSON.stringify(path.dirname(file))),
        loader: 'ts',
      };
    });
  },
};
