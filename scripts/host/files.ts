import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hostRoot, readManifest, repoRoot } from '../lib/repo';

/** Files the host rewrites in place when it starts; they must not be shared with the installed packages. */
const rewritten = ['index.html', 'index.html.tpl'].map((file) => `@nocobase/app/dist/client/${file}`);

/**
 * Gives an instance a node_modules of its own in two seconds: hard links to the installed one. Symlinks would not do,
 * since the host links uploaded plugins into its node_modules, and an npm install would prune through them.
 */
export function linkHostPackages(app: string): void {
  const lock = readFileSync(path.join(hostRoot, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(app, '.host-version');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return;
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  const installed = path.join(hostRoot, 'node_modules');
  const own = path.join(app, 'node_modules');
  try {
    execFileSync('cp', ['-al', installed, own], { stdio: 'pipe' });
  } catch {
    // Another file system: links cannot cross it.
    rmSync(own, { recursive: true, force: true });
    cpSync(installed, own, { recursive: true, verbatimSymlinks: true });
  }
  for (const file of rewritten) {
    const source = path.join(installed, file);
    if (!existsSync(source)) continue;
    rmSync(path.join(own, file));
    cpSync(source, path.join(own, file));
  }
  cpSync(path.join(hostRoot, 'package.json'), path.join(app, 'package.json'));
  // The host's command line insists on this file.
  writeFileSync(path.join(app, '.env.e2e.example'), '');
  writeFileSync(stamp, version);
}

/**
 * Copies what an upload of our package would unpack into the plugin folder of an instance, and links it as the host
 * does. The host links it only after it has looked the name up, and remembers that it found nothing.
 */
export function copyPlugin(app: string, plugins: string): void {
  const { name, files = [] } = readManifest(repoRoot);
  if (!existsSync(path.join(repoRoot, 'dist/server/index.js'))) {
    throw new Error('The plugin is not built: run "npm run build" first');
  }
  const target = path.join(plugins, name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of ['package.json', ...files]) {
    const source = path.join(repoRoot, file);
    if (existsSync(source)) cpSync(source, path.join(target, file), { recursive: true });
  }
  const link = path.join(app, 'node_modules', name);
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link, 'dir');
}
