/**
 * Variables in templates: `{{ record.name }}`, or `{{ record.name | there }}` with words for where there is nothing. A small, safe subset of
 * Mustache: paths only, no logic, no functions. Pure: the composer's preview and the server fill alike.
 */

/** What a template may name: `user`, `recipient`, … as trees, and whole paths such as `record.customer.name`. */
export type TemplateValues = Readonly<Record<string, unknown>>;

export interface Filled {
  text: string;
  /** Paths that had no value and no words instead; they stay in the text as they are. */
  missing: string[];
}

const VARIABLE = /\{\{([^{}<>]{1,200})\}\}/g;
const PATH = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+){0,5}$/u;

/**
 * A value by its whole path, or of the tree, by own properties only: a template must not reach what objects inherit.
 */
function valueAt(values: TemplateValues, path: string): string | null {
  let value: unknown = values;
  for (const name of Object.hasOwn(values, path) ? [path] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

const plain = (html: string): string =>
  html
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** The paths of the variables in a text. */
export function variablesIn(template: string): string[] {
  const paths = [...template.matchAll(VARIABLE)].map(([, inside]) => (plain(inside ?? '').split('|')[0] ?? '').trim());
  return [...new Set(paths.filter((path) => PATH.test(path)))];
}

/**
 * Fills the variables of a text.
 * @param html whether `template` is html: values are escaped then, and line breaks become `<br>`
 */
export function fillTemplate(template: string, values: TemplateValues, html: boolean): Filled {
  const missing = new Set<string>();
  const text = template.replace(VARIABLE, (whole: string, inside: string) => {
    const [path = '', ...rest] = plain(inside).split('|');
    const name = path.trim();
    if (!PATH.test(name)) return whole;
    const value = valueAt(values, name) ?? (rest.length > 0 ? rest.join('|').trim() : null);
    if (value === null) {
      missing.add(name);
      return whole;
    }
    return html ? escapeHtml(value).replace(/\r?\n/g, '<br />') : value;
  });
  return { text, missing: [...missing] };
}
