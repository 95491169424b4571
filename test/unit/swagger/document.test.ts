import { expect, test } from 'vitest';
import { resources } from '../../../src/server/actions';
import document from '../../../src/swagger';

test('every action is described, and nothing else', () => {
  const actions = Object.entries(resources).flatMap(([resource, definitions]) =>
    Object.keys(definitions).map((action) => `/${resource}:${action}`),
  );
  expect(Object.keys(document.paths).sort()).toEqual(actions.sort());
});

test('what needs no session says so, and nothing else does', () => {
  const open = Object.entries(resources).flatMap(([resource, definitions]) =>
    Object.entries(definitions)
      .filter(([, definition]) => definition.access === 'public')
      .map(([action]) => `/${resource}:${action}`),
  );
  const described = Object.entries(document.paths)
    .filter(([, item]) => JSON.stringify(item).includes('"security":[]'))
    .map(([path]) => path);
  expect(described).toEqual(open);
});

test('every shape that is named is there', () => {
  const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(30);
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(named)]));
});
