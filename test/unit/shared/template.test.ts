import { describe, expect, test } from 'vitest';
import { fillTemplate, variablesIn } from '../../../src/shared/template';

const values = {
  user: { name: 'Ann' },
  record: { title: '<b>"A" & B</b>', amount: 0, open: false, empty: ' ', lines: 'a\nb', nested: { deep: { x: 'y' } } },
};

describe('a variable', () => {
  test.each([
    ['{{ user.name }}', 'Ann'],
    ['{{user.name}}!', 'Ann!'],
    ['{{ record.amount }} {{ record.open }}', '0 false'],
    ['{{ record.nested.deep.x }}', 'y'],
    ['{{ record.empty | nobody }}', 'nobody'],
    ['{{ who | my friend }}', 'my friend'],
    ['{{&nbsp;user.name&nbsp;}}', 'Ann'],
  ])('%s becomes %s', (template, text) => {
    expect(fillTemplate(template, values, true)).toEqual({ text, missing: [] });
  });

  test('becomes text in html, whatever it holds', () => {
    expect(fillTemplate('<p>{{ record.title }} {{ record.lines }}</p>', values, true).text).toBe(
      '<p>&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt; a<br />b</p>',
    );
    expect(fillTemplate('{{ record.title }}', values, false).text).toBe('<b>"A" & B</b>');
  });

  test.each([
    'constructor.name',
    '__proto__.x',
    'record.constructor',
    'record.title.length',
    'record.nested',
    'user.toString',
    'nothing',
  ])('without a value (%s) stays and is named', (path) => {
    expect(fillTemplate(`a {{ ${path} }}`, values, true)).toEqual({ text: `a {{ ${path} }}`, missing: [path] });
  });

  test.each(['{{ 1 + 1 }}', '{{#each x}}', '{{ a.b.c.d.e.f.g.h }}', '{{}}', '{ user.name }', '{{ <b>user</b> }}'])(
    'is not %s',
    (template) => expect(fillTemplate(template, values, true)).toEqual({ text: template, missing: [] }),
  );

  test('in a value is not filled again', () => {
    expect(fillTemplate('{{ a }}', { a: '{{ user.name }}', user: { name: 'x' } }, false).text).toBe('{{ user.name }}');
  });
});

test('the paths a template names are found once each, whatever stands in their place', () => {
  const template = '{{ record.customer.name | you }} {{user.name}} {{ user.name }} {{ a b }} {{ 1x }}';
  expect(variablesIn(template)).toEqual(['record.customer.name', 'user.name']);
});

test('a value given by its whole path is taken before one of the tree', () => {
  const values = { 'record.customer': 'Acme', 'record.customer.name': 'Acme & Sons', record: { customer: 'tree' } };
  expect(fillTemplate('{{ record.customer }}: {{ record.customer.name }}', values, false).text).toBe(
    'Acme: Acme & Sons',
  );
});
