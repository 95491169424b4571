import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { CollectionOptions } from '@nocobase/database';
import type { Plugin } from '@nocobase/server';
import type { MailContext, Worker } from '../../src/server/context';
import type { TestApp } from './app';

interface PluginInside {
  mail: MailContext;
  workers: { sync?: Worker };
  stopWorkers(): Promise<void>;
}

/** Our plugin in a running app, with what it keeps to itself. */
export const pluginOf = ({ app }: Pick<TestApp, 'app'>): PluginInside =>
  app.pm.get('email-manager') as unknown as PluginInside;

/** What our plugin works with, in an app that from now on does nothing by itself: only the test changes rows. */
export async function quietMail(test: Pick<TestApp, 'app'>): Promise<MailContext> {
  const plugin = pluginOf(test);
  await plugin.stopWorkers();
  return plugin.mail;
}

export type PluginClass = new (...args: ConstructorParameters<typeof Plugin>) => Plugin;

/**
 * Our plugin straight from TypeScript. The collections, which a host scans for in dist, are handed to it instead.
 */
export async function pluginFromSource(): Promise<PluginClass> {
  const { default: Source } = (await import('../../src/server/plugin')) as unknown as { default: PluginClass };
  return withCollections(Source, await collectionsFromSource());
}

/** The definitions of all collections. */
export async function collectionsFromSource(): Promise<CollectionOptions[]> {
  const folder = path.join(import.meta.dirname, '../../src/server/collections');
  const names = readdirSync(folder).map((file) => path.basename(file, '.ts'));
  const modules = names.map((name) => import(`../../src/server/collections/${name}.ts`) as Promise<CollectionModule>);
  return (await Promise.all(modules)).map((module) => module.default);
}

interface CollectionModule {
  default: CollectionOptions;
}

/** A plugin class that brings its collections along instead of having the host look for files. */
export function withCollections(Source: PluginClass, collections: CollectionOptions[]): PluginClass {
  return class extends Source {
    override async loadCollections() {
      for (const options of collections) this.db.collection(options);
    }
  };
}
