import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstSyncOf, stateWords } from '../../../src/client/accounts/words';
import type { Action } from '../../../src/client/mail/changes/place';
import { ACTION_LABELS, doneText } from '../../../src/client/mail/changes/words';
import { freshnessLine } from '../../../src/client/mail/folders/freshnessLine';
import { SHORTCUTS } from '../../../src/client/mail/keys/keyboard';
import { countsText } from '../../../src/client/settings/syncLog/runWords';
import type { MailboxView } from '../../../src/shared/types';

const source = path.resolve(import.meta.dirname, '../../../src');
const languages = ['en-US', 'uk-UA', 'zh-CN'] as const;
const words = Object.fromEntries(
  languages.map((language) => [
    language,
    JSON.parse(readFileSync(path.join(source, 'locale', `${language}.json`), 'utf8')) as Record<string, string>,
  ]),
) as Record<(typeof languages)[number], Record<string, string>>;

const LITERAL = String.raw`(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")`;

/** Keys given to t() and tExpr() as literals, and both sides of a choice between two. */
function keysIn(code: string): string[] {
  const calls = code.matchAll(new RegExp(String.raw`\b(?:t|tExpr)\(\s*${LITERAL}`, 'g'));
  const choices = code.matchAll(new RegExp(String.raw`\b(?:t|tExpr)\([^()'"]*\?\s*${LITERAL}\s*:\s*${LITERAL}`, 'g'));
  return [...calls, ...choices]
    .flatMap((match) => match.slice(1).filter((text) => text !== undefined))
    .map((text) => text.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1'));
}

const files = readdirSync(path.join(source, 'client'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file): [string, string] => [file, readFileSync(path.join(source, 'client', file), 'utf8')]);

const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1]).sort();

describe('the words of the client', () => {
  test('are found by this test', () => {
    expect(files.flatMap(([, code]) => keysIn(code)).length).toBeGreaterThan(150);
    expect(keysIn(`t('it\\'s') t(x ? 'a' : "b") tExpr("c")`)).toEqual(["it's", 'c', 'a', 'b']);
  });

  test.each(languages)('are all in %s', (language) => {
    const missing = files.flatMap(([file, code]) =>
      keysIn(code)
        .filter((key) => !(key in words[language]))
        .map((key) => `${file}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  test.each(['microsoftBusy', 'microsoftUnreachable', 'microsoftUnexpected', 'imapNotReached'])(
    'of %s promise no further attempt: after a sign-in nobody makes one by himself',
    (code) => {
      for (const language of languages) {
        expect(words[language][`error.${code}`]).not.toMatch(
          /by ourselves|tried again|спробуємо|нова спроба|自动重试|将重试/,
        );
      }
    },
  );

  test('have the same keys in all languages', () => {
    const keys = Object.keys(words['en-US']).sort();
    expect(Object.keys(words['uk-UA']).sort()).toEqual(keys);
    expect(Object.keys(words['zh-CN']).sort()).toEqual(keys);
  });

  test.each(['uk-UA', 'zh-CN'] as const)('keep their values in %s', (language) => {
    const changed = Object.entries(words['en-US'])
      .filter(([key, text]) => String(placeholders(words[language][key] ?? '')) !== String(placeholders(text)))
      .map(([key]) => key);
    expect(changed).toEqual([]);
  });

  test('say in one component that something is loading: wherever mail waits for it, it is announced alike', () => {
    const saying = files.filter(([, code]) => keysIn(code).includes('Loading…')).map(([file]) => file);
    expect(saying).toEqual(['Loading.tsx']);
  });

  test('are translated, but for names', () => {
    // Words of Entra's own pages stay as they are read there.
    const names = /^Client secret$|→|tenant/;
    const same = Object.entries(words['uk-UA']).filter(
      ([key, text]) => text === words['en-US'][key] && /[a-z]{4,} [a-z]{2,}/.test(text) && !names.test(text),
    );
    expect(same.map(([key]) => key)).toEqual([]);
  });

  test('are all there where a table or a rule chooses them', () => {
    const asked = new Set<string>();
    const t = (key: string) => {
      asked.add(key);
      return key;
    };
    for (const action of Object.keys(ACTION_LABELS) as Action[]) {
      t(ACTION_LABELS[action]);
      doneText(t, action, 1);
      doneText(t, action, 2);
    }
    for (const { title, shortcuts } of SHORTCUTS) [title, ...shortcuts.map(({ label }) => label)].forEach(t);
    for (const freshness of ['live', 'poll', 'paused', 'off', 'failing'] as const) {
      for (const onServer of [null, 1, 9]) {
        const mailbox = { freshness, stored: 1, onServer, lastChangeAt: '2025-01-01T00:00:00Z' } as MailboxView;
        for (const account of [undefined, { pollMinutes: 5 }])
          freshnessLine(mailbox, account).forEach(({ key }) => t(key));
      }
    }
    for (const [stored, onServer, textsMissing] of [
      [1, null, 0],
      [1, 9, 0],
      [9, 9, 1],
    ] as const)
      t(firstSyncOf({ stored, onServer, textsMissing }).key);
    t(stateWords('firstSync').label);
    countsText(t, { added: 1, vanished: 1, flags: 1, texts: 1, ops: 1 }, 'en-US');
    countsText(t, {}, 'en-US');
    expect(asked.size).toBeGreaterThan(50);
    expect([...asked].filter((key) => !(key in words['en-US']))).toEqual([]);
  });
});
