import path from 'node:path';
import { ensureInstalled } from './lib/install.mjs';

// Runs before anything is installed; the rest is TypeScript, in this same process, so that Ctrl-C reaches it.
const root = path.resolve(import.meta.dirname, '..');

await ensureInstalled(root, { label: 'the tools', estimate: 'about 350 packages, a minute, once' });
await import('tsx');
await import('./demo/main.ts');
