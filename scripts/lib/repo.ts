import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The root folder of the checkout. */
export const repoRoot = path.resolve(import.meta.dirname, '../..');

/** The pinned NocoBase host: its package.json, lockfile and node_modules. */
export const hostRoot = path.join(repoRoot, 'sandbox/nocobase');

/** What tests and demos leave behind; never committed. */
export const storageRoot = path.join(repoRoot, 'storage');

export interface PackageManifest {
  name: string;
  version: string;
  files?: string[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Reads the package.json of a folder. */
export function readManifest(folder: string): PackageManifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageManifest;
}
