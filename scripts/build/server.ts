import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { hostModules } from './externals';

/**
 * Builds dist/server and dist/swagger. The host reads collections, migrations and the API document by path,
 * and workers are started by path, so each of them is a file of its own.
 * @returns the host modules the output asks for
 */
export async function buildServer(root: string): Promise<Set<string>> {
  const source = path.join(root, 'src');
  const scanned = ['server/collections', 'server/migrations', 'swagger'];
  const entries: Record<string, string> = { 'server/index': path.join(source, 'server/index.ts') };
  for (const folder of scanned) {
    for (const file of await scripts(path.join(source, folder))) {
      entries[`${folder}/${path.basename(file, '.ts')}`] = file;
    }
  }
  for (const file of await workers(path.join(source, 'server'))) {
    entries[`server/${path.basename(file, '.ts')}`] = file;
  }
  const { metafile } = await build({
    ...serverBuild,
    absWorkingDir: root,
    entryPoints: entries,
    outdir: path.join(root, 'dist'),
    metafile: true,
    plugins: [hostModules('server')],
  });
  return externalImports(metafile);
}

/** How code of the server is built. Names are kept as they are: with `keepNames` every function would be given its name each time it is made. */
export const serverBuild = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
} satisfies BuildOptions;

/** The modules a build left to the host. */
export function externalImports(metafile: Metafile): Set<string> {
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return new Set(imports.filter((item) => item.external && !isNodeModule(item.path)).map((item) => item.path));
}

function isNodeModule(name: string): boolean {
  return process.getBuiltinModule(name) !== undefined;
}

async function scripts(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith('.ts')).map((file) => path.join(folder, file));
}

/** Files of threads. */
export async function workers(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith('Worker.ts')).map((file) => path.join(folder, file));
}
