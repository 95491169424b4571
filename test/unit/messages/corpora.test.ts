import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { blockRemoteImages, sanitise, sanitiseForEditor } from '../../../src/server/messages/sanitise';

const corpora = path.resolve(process.env.MAIL_CORPORA ?? path.join(import.meta.dirname, '../../../../shared/corpora'));
const sets = existsSync(corpora)
  ? readdirSync(corpora).filter((name) => existsSync(path.join(corpora, name, 'vectors.json')))
  : [];
if (sets.length === 0) {
  console.warn(`No hostile html tested: MAIL_CORPORA names no folder with vectors (${corpora})`);
  // A file without any test would count as a failure.
  test.skip('hostile html of MAIL_CORPORA', () => undefined);
}

interface Vector {
  id: string;
  html: string;
}

/** Everything our output may consist of, as strict as it can be said without a parser. */
const TAG = /^<\/?[a-z][a-z0-9]*(?: [a-z]+(?:="[^"<>]*")?)* ?\/?>$/;
const NAMES =
  /^(?:align|valign|dir|lang|title|alt|width|height|bgcolor|color|bordercolor|border|cellpadding|cellspacing|colspan|rowspan|span|nowrap|hspace|vspace|size|face|type|start|value|scope|open|reversed|datetime|style|href|target|rel|src)$/;

function check(html: string): void {
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    expect(tag).toMatch(TAG);
    expect(tag).not.toMatch(
      /^<\/?(?:script|style|iframe|form|input|object|embed|svg|math|base|meta|link|video|audio)\b/,
    );
    for (const [, name, value] of tag.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
      expect(name).toMatch(NAMES);
      if (name === 'href') expect(value).toMatch(/^(?:https?:\/\/|mailto:|tel:)/);
      if (name === 'src') expect(value).toMatch(/^data:image\/(?:png|jpe?g|gif|webp|bmp);base64,/i);
      if (name === 'style') expect(value).not.toMatch(/url\s*\(|expression|@|\\|javascript|(?:^|;)position:/i);
    }
  }
}

test.skipIf(sets.length === 0).each(sets)('nothing of %s comes through', (set) => {
  const vectors = JSON.parse(readFileSync(path.join(corpora, set, 'vectors.json'), 'utf8')) as Vector[];
  expect(vectors.length).toBeGreaterThan(0);
  for (const { html } of vectors) {
    check(blockRemoteImages(sanitise(html).html));
    check(sanitiseForEditor(html));
  }
});
