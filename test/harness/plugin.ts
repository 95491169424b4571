import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CollectionOptions } from '@nocobase/database';
import type { Plugin } from '@nocobase/server';

export type PluginClass = new (...args: ConstructorParameters<typeof Plugin>) => Plugin;

const collectionsFolder = path.resolve(import.meta.dirname, '../../src/server/collections');

/**
 * Our plugin straight from TypeScript. The collections, which a host scans for in dist, are handed to it instead.
 */
export async function pluginFromSource(): Promise<PluginClass> {
  const { default: Source } = (await import('../../src/server/plugin')) as unknown as { default: PluginClass };
  const collections: CollectionOptions[] = [];
  for (const file of readdirSync(collectionsFolder)) {
    const module = (await import(pathToFileURL(path.join(collectionsFolder, file)).href)) as {
      default: CollectionOptions;
    };
    collections.push(module.default);
  }
  return withCollections(Source, collections);
}

/** A plugin class that brings its collections along instead of having the host look for files. */
export function withCollections(Source: PluginClass, collections: CollectionOptions[]): PluginClass {
  return class extends Source {
    override async loadCollections() {
      for (const options of collections) this.db.collection(options);
    }
  };
}
