/** Text as bytes: charsets, encoded-words (RFC 2047) and transfer encodings (RFC 2045). Written backwards from the runtime's decoders. */

export type Charset = 'utf-8' | 'iso-8859-1' | 'windows-1251' | 'iso-2022-jp';

const WORD_LIMIT = 75;
const LINE_LIMIT = 75;

const cyrillic = new Map<string, number>();
const decodeCyrillic = new TextDecoder('windows-1251');
for (let byte = 128; byte < 256; byte++) cyrillic.set(decodeCyrillic.decode(Uint8Array.of(byte)), byte);

const kanji = new Map<string, [number, number]>();
const decodeJapanese = new TextDecoder('iso-2022-jp');
for (let row = 0x21; row <= 0x74; row++) {
  for (let cell = 0x21; cell <= 0x7e; cell++) {
    const char = decodeJapanese.decode(Uint8Array.of(0x1b, 0x24, 0x42, row, cell, 0x1b, 0x28, 0x42));
    if (char.length === 1 && char !== '\ufffd' && !kanji.has(char)) kanji.set(char, [row, cell]);
  }
}

export const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** What a charset has no byte for becomes `?`. */
export function encodeText(text: string, charset: Charset): Buffer {
  switch (charset) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'iso-8859-1':
      return Buffer.from([...text].map((char) => (char.charCodeAt(0) < 256 ? char : '?')).join(''), 'latin1');
    case 'windows-1251':
      return Buffer.from([...text].map((char) => asciiOf(char) ?? cyrillic.get(char) ?? 63));
    case 'iso-2022-jp':
      return encodeJapanese(text);
  }
}

const asciiOf = (char: string): number | undefined => (char.charCodeAt(0) < 128 ? char.charCodeAt(0) : undefined);

function encodeJapanese(text: string): Buffer {
  const bytes: number[] = [];
  let double = false;
  const shift = (to: boolean) => {
    if (double !== to) bytes.push(...(to ? [0x1b, 0x24, 0x42] : [0x1b, 0x28, 0x42]));
    double = to;
  };
  for (const char of text) {
    const pair = kanji.get(char);
    shift(pair !== undefined);
    bytes.push(...(pair ?? [asciiOf(char) ?? 63]));
  }
  shift(false);
  return Buffer.from(bytes);
}

/** A header value as folded encoded-words, never splitting a character. */
export function encodedWords(text: string, charset: Charset): string {
  const one = charset === 'windows-1251' || charset === 'iso-8859-1' ? qWord : bWord;
  const words: string[] = [];
  let current = '';
  for (const char of text) {
    if (one(current + char, charset).length > WORD_LIMIT) {
      words.push(one(current, charset));
      current = char;
    } else current += char;
  }
  return [...words, one(current, charset)].join('\r\n ');
}

const bWord = (text: string, charset: Charset) =>
  `=?${charset.toUpperCase()}?B?${encodeText(text, charset).toString('base64')}?=`;

function qWord(text: string, charset: Charset): string {
  const escaped = [...encodeText(text, charset)].map((byte) => {
    if (byte === 32) return '_';
    const char = String.fromCharCode(byte);
    return byte > 32 && byte < 127 && !'=?_"(),.:;<>@[]\\'.includes(char) ? char : hex(byte);
  });
  return `=?${charset}?Q?${escaped.join('')}?=`;
}

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const HEX = Array.from({ length: 256 }, (_none, byte) => hex(byte));

export const base64Lines = (bytes: Buffer): string => `${bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`;

export function quotedPrintable(bytes: Buffer): string {
  const lines: string[] = [];
  let line = '';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 13 && bytes[at + 1] === 10) {
      lines.push(line.endsWith(' ') ? `${line.slice(0, -1)}=20` : line);
      line = '';
      at++;
      continue;
    }
    const shown = byte >= 32 && byte <= 126 && byte !== 61 ? String.fromCharCode(byte) : HEX[byte]!;
    if (line.length + shown.length > LINE_LIMIT) {
      lines.push(`${line}=`);
      line = '';
    }
    line += shown;
  }
  return [...lines, line].join('\r\n');
}
