/** Messages of which the torture knows what a reader must see: every encoding, and every kind of Message-ID. */
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import type { Random } from '../../sandbox/outlook/demo/random';

/** What a reader must see of a message, known by the one who wrote it. */
export interface Truth {
  text: string | null;
  html: string | null;
  files: string[];
}

export interface Letter {
  raw: Buffer;
  messageId: string | null;
}

interface Part {
  head: string[];
  body: Buffer;
}

const WORDS = (
  'offer invoice meeting harbour window rain Dnipro свіжий рахунок зустріч порт Übergabe Straße café naïve ' +
  'señor 会議 請求書 שלום 🚢 =3D -- . From boundary'
).split(' ');
const LATIN = WORDS.filter((word) => /^[\x20-\x7e]+$/.test(word));
const CYRILLIC = WORDS.filter((word) => /^[\x20-\x7eа-яі]+$/i.test(word));
const JAPANESE = WORDS.filter((word) => /^[\x20-\x7e会議請求書]+$/.test(word));

/** The word of a letter that no other one has, where it has a text. */
export const ownWordOf = (text: string): string | null => /\bqz\d+x[0-9a-f]+\b/.exec(text)?.[0] ?? null;

/** Key of a message by its bytes. */
export const hashOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

export class Letters {
  /** What is to be seen of each message that was written, by the hash of its bytes. */
  readonly truths = new Map<string, Truth>();
  private readonly ids: string[] = [];
  private written = 0;
  /** A word of the letter that is being written, and of no other one. */
  private own = '';

  constructor(
    private readonly random: Random,
    private readonly start = Date.now(),
  ) {}

  /** A new message: a reply to an earlier one, to one that comes later, or to none. */
  write(): Letter {
    const { random } = this;
    const number = ++this.written;
    const messageId = random.chance(0.06) ? null : `<t${number}.${random.hex(8)}@torture.example>`;
    const parent = random.chance(0.35) && this.ids.length > 0 ? random.pick(this.ids) : null;
    if (messageId) this.ids.push(messageId);
    // Somebody's reply arrives before what it replies to.
    if (random.chance(0.05)) this.ids.push(`<late${number}.${random.hex(8)}@torture.example>`);
    const late = random.chance(0.05) ? this.ids.findIndex((id) => id.startsWith('<late')) : -1;
    const own = late >= 0 ? this.ids.splice(late, 1)[0]! : messageId;
    this.own = `qz${number}x${random.hex(8)}`;
    const { part, truth } = this.content();
    const date = new Date(this.start - random.int(0, 20 * 86_400) * 1000);
    const head = [
      `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
      `From: "Writer ${random.int(1, 40)}" <writer${random.int(1, 40)}@partner.example>`,
      'To: alice@contoso.onmicrosoft.com',
      `Subject: ${parent ? 'Re: ' : ''}Torture ${number}`,
      ...(own ? [`Message-ID: ${own}`] : []),
      ...(parent ? [`In-Reply-To: ${parent}`, `References: ${parent}`] : []),
      'MIME-Version: 1.0',
      ...part.head,
    ];
    const raw = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), part.body]);
    this.truths.set(hashOf(raw), truth);
    return { raw, messageId: own };
  }

  private content(): { part: Part; truth: Truth } {
    const { random } = this;
    const kind = random.int(0, 9);
    if (kind === 0) return this.charset('windows-1251', CYRILLIC);
    if (kind === 1) return this.charset('iso-2022-jp', JAPANESE);
    if (kind === 2) return this.flowed();
    if (kind === 3) {
      const html = `<p>${this.lines(WORDS).join('<br>\r\n')}</p>`;
      return { part: this.encoded('text/html; charset=utf-8', html), truth: { text: null, html, files: [] } };
    }
    if (kind === 4)
      return { part: { head: [], body: Buffer.from('\r\n') }, truth: { text: '', html: null, files: [] } };
    const text = this.lines(kind === 5 ? LATIN : WORDS).join('\r\n');
    const plain = this.encoded('text/plain; charset=utf-8', text);
    if (kind < 7) return { part: plain, truth: { text, html: null, files: [] } };
    const html = `<html><body><p>${this.lines(WORDS).join('</p>\r\n<p>')}</p></body></html>`;
    const both = this.multipart('alternative', [plain, this.encoded('text/html; charset=utf-8', html)]);
    if (kind < 9) return { part: both, truth: { text, html, files: [] } };
    const name = `file ${random.int(1, 99)}.bin`;
    const bytes = Buffer.from(random.hex(random.int(100, 4000)));
    const file: Part = {
      head: [
        `Content-Type: application/octet-stream; name="${name}"`,
        `Content-Disposition: attachment; filename="${name}"`,
        'Content-Transfer-Encoding: base64',
      ],
      body: base64(bytes),
    };
    return { part: this.multipart('mixed', [both, file]), truth: { text, html, files: [name] } };
  }

  private lines(words: readonly string[]): string[] {
    const { random } = this;
    // Most are short, a few are very long.
    const count = Math.ceil(2 ** (random.next() * (random.chance(0.02) ? 12 : 6)));
    const [first, ...others] = Array.from({ length: count }, () =>
      Array.from({ length: random.int(1, 12) }, () => random.pick(words)).join(' '),
    );
    return [`${this.own} ${first}`, ...others];
  }

  private charset(charset: string, words: readonly string[]): { part: Part; truth: Truth } {
    const text = this.lines(words).join('\r\n');
    const head = [`Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: base64'];
    return { part: { head, body: base64(encodeIn(charset, text)) }, truth: { text, html: null, files: [] } };
  }

  private flowed(): { part: Part; truth: Truth } {
    const paragraphs = this.lines(LATIN).map((line) => line.replace(/^(From|[ >.-])/, 'x$1').trim());
    const body = paragraphs.map((line) => line.replace(/ (?=\S+ \S+ \S+$)/, ' \r\n')).join('\r\n');
    // A soft break before what looks like the start of a quote or signature would need stuffing: none is written.
    const head = ['Content-Type: text/plain; charset=us-ascii; format=flowed', 'Content-Transfer-Encoding: 7bit'];
    const text = body.replace(/ \r\n/g, ' ');
    return { part: { head, body: Buffer.from(body) }, truth: { text, html: null, files: [] } };
  }

  private encoded(type: string, text: string): Part {
    const head = [`Content-Type: ${type}`];
    const bytes = Buffer.from(text);
    if (this.random.chance(0.5)) {
      return { head: [...head, 'Content-Transfer-Encoding: base64'], body: base64(bytes) };
    }
    const escaped = [...bytes]
      .map((byte) =>
        byte === 13 || byte === 10
          ? String.fromCharCode(byte)
          : byte < 32 || byte > 126 || byte === 61
            ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte),
      )
      .join('');
    const lines = escaped.split('\r\n').map((line) => line.replace(/(?:=[0-9A-F]{2}|[^=]){24}(?=.)/g, '$&=\r\n'));
    return {
      head: [...head, 'Content-Transfer-Encoding: quoted-printable'],
      body: Buffer.from(lines.join('\r\n').replace(/ (?=\r\n|$)/g, '=20')),
    };
  }

  private multipart(kind: string, parts: readonly Part[]): Part {
    const boundary = `=_${this.random.hex(16)}`;
    const pieces = parts.flatMap(({ head, body }) => [
      Buffer.from(`--${boundary}\r\n${head.join('\r\n')}\r\n\r\n`),
      body,
      Buffer.from('\r\n'),
    ]);
    return {
      head: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
      body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    };
  }
}

const base64 = (bytes: Buffer): Buffer =>
  Buffer.from((bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n') + '\r\n');

/** ISO-2022-JP is not among the encoders of iconv-lite: JIS X 0208 is EUC-JP without its high bits. */
function encodeIn(charset: string, text: string): Buffer {
  if (charset !== 'iso-2022-jp') return iconv.encode(text, charset);
  const pieces = text.match(/[\x00-\x7f]+|[^\x00-\x7f]+/g) ?? [];
  return Buffer.concat(
    pieces.map((piece) =>
      piece.charCodeAt(0) < 0x80
        ? Buffer.from(piece)
        : Buffer.concat([
            Buffer.from('\x1b$B', 'latin1'),
            Buffer.from(iconv.encode(piece, 'euc-jp').map((byte) => byte & 0x7f)),
            Buffer.from('\x1b(B', 'latin1'),
          ]),
    ),
  );
}

/** How texts are compared: line ends and blanks at the end say nothing. */
export const comparable = (text: string | null | undefined): string =>
  (text ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+(?=\n|$)/g, '')
    .trim();
