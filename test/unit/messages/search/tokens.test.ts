import { describe, expect, test } from 'vitest';
import { addressesOf, addressWord, fold, splitWords, wordsOf } from '../../../../src/server/messages/search/tokens';

describe('words of a text', () => {
  test.each<[string, string, string[]]>([
    ['small letters', 'Hello WORLD', ['hello', 'world']],
    ['letters without marks', 'Žluťoučký kůň, naïve café', ['zlutoucky', 'kun', 'naive', 'cafe']],
    ['letters that have no other form', 'Straße Ærø Łódź', ['strasse', 'aero', 'lodz']],
    ['Ukrainian', 'Її об’єкт і П\u2019ЯТЬ', ['іі', 'обєкт', 'і', 'пять']],
    ['Greek, whatever its last letter', 'Οδυσσεύς ΟΔΥΣΣΕΥΣ', ['οδυσσευσ', 'οδυσσευσ']],
    ['Turkish capitals', 'İSTANBUL ılık', ['istanbul', 'ilik']],
    ['wide and joined forms', 'ＡＢＣ ﬁle ①', ['abc', 'file', '1']],
    ['apostrophes within words', `don't 'quoted' l'été`, ['dont', 'quoted', 'lete']],
    ['figures', 'INV-2026/03: 1,234.50', ['inv', '2026', '03', '1', '234', '50']],
    ['addresses by their parts', 'Ann.Lee+x@mail.example', ['ann', 'lee', 'x', 'mail', 'example']],
    ['Hebrew and Arabic without points', 'שָׁלוֹם مُحَمَّد', ['שלום', 'محمد']],
    ['Hindi with its vowels', 'हिन्दी में', ['हिन्दी', 'में']],
    ['Chinese as pairs', '发票已付 ok', ['发票', '票已', '已付', '付', 'ok']],
    ['one letter of Chinese', '中', ['中']],
    ['scripts that touch', 'iPhone手机15', ['iphone', '手机', '机', '15']],
    ['Korean as pairs', '안녕하세요', ['안녕', '녕하', '하세', '세요', '요']],
    ['letters beyond the first 65,536', '𠮷野', ['𠮷野', '野']],
    ['nothing but signs', '!?… — 🙂', []],
    ['nothing', '', []],
  ])('%s', (_name, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('are cut where they are very long, never within a letter', () => {
    expect(wordsOf('x'.repeat(500))).toEqual(['x'.repeat(40)]);
    expect(wordsOf('𝒜'.repeat(50))).toEqual(['a'.repeat(40)]);
  });

  test('are the same, looked at closely or in passing', () => {
    const signs = [
      ..." .,-_@'’´`\u00a0\u00ad\u0301\u0345\u05b8\u064b\u3099aZ0ßæıİΣςйЙёéÅÄ½²ªªˀ̈ǅהשا中ー한가กﬁＡ①…—🙂𠮷𝒜\ud800",
    ];
    let state = 1;
    const next = (below: number) => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 50_000; round++) {
      const text = Array.from({ length: next(12) }, () => signs[next(signs.length)]).join('');
      if (wordsOf(text).join(' ') !== splitWords(fold(text)).join(' ')) {
        expect({ text, words: wordsOf(text) }).toEqual({ text, words: splitWords(fold(text)) });
      }
    }
  });

  test('are the same however the letters are composed', () => {
    expect(fold('Й\u0301é')).toBe(fold('И\u0306\u0301e\u0301'));
  });
});

describe('addresses', () => {
  test('are words of their own', () => {
    expect(addressesOf('Write to <Ann.Lee@X.example>, or bob@y.example. Not @z, not a@')).toEqual([
      'ann_lee_x_example',
      'bob_y_example',
    ]);
    expect(addressWord('ann+tag@x-y.example')).toBe('ann_tag_x_y_example');
    expect(addressesOf('no address here')).toEqual([]);
  });
});
