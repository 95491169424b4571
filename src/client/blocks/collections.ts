/** What the browser knows of our collections: plugin.tsx adds these to the main data source after each (re)load of it. */
export const clientCollections: { name: string }[] = [];
