import type { CollectionOptions } from '@nocobase/database';
import type { Plugin } from '@nocobase/server';

export type PluginClass = new (...args: ConstructorParameters<typeof Plugin>) => Plugin;

/**
 * Our plugin straight from TypeScript. The collections, which a host scans for in dist, are handed to it instead.
 */
export async function pluginFromSource(): Promise<PluginClass> {
  const { default: Source } = (await import('../../src/server/plugin')) as unknown as { default: PluginClass };
  const collections = import.meta.glob<{ default: CollectionOptions }>('../../src/server/collections/*.ts', {
    eager: true,
  });
  return withCollections(
    Source,
    Object.values(collections).map((module) => module.default),
  );
}

/** A plugin class that brings its collections along instead of having the host look for files. */
export function withCollections(Source: PluginClass, collections: CollectionOptions[]): PluginClass {
  return class extends Source {
    override async loadCollections() {
      for (const options of collections) this.db.collection(options);
    }
  };
}
