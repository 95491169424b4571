import { existsSync } from 'node:fs';
import { cp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildClient } from './build/client';
import { externalVersions } from './build/externals';
import { buildServer } from './build/server';
import { hostRoot, readManifest, repoRoot } from './lib/repo';

export interface BuildSettings {
  /** The folder that holds package.json and src. */
  root?: string;
  minify?: boolean;
}

/** Builds everything the host loads into dist. */
export async function buildPlugin({ root = repoRoot, minify = true }: BuildSettings = {}): Promise<void> {
  const dist = path.join(root, 'dist');
  await rm(dist, { recursive: true, force: true });
  const server = await buildServer(root);
  const client = await buildClient(root, readManifest(root).name, minify);
  const locale = path.join(root, 'src/locale');
  if (existsSync(locale)) await cp(locale, path.join(dist, 'locale'), { recursive: true });
  const versions = externalVersions(new Set([...server, ...client]), root, hostRoot);
  await writeFile(path.join(dist, 'externalVersion.js'), `module.exports = ${JSON.stringify(versions, null, 2)};\n`);
}

if (process.argv[1] && path.resolve(process.argv[1]) === import.meta.filename) {
  const started = Date.now();
  buildPlugin({ minify: !process.argv.includes('--dev') }).then(
    () => console.log(`Built dist in ${((Date.now() - started) / 1000).toFixed(1)} s`),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    },
  );
}
