import { describe, expect, test } from 'vitest';
import { envelopeOf, hashMessageId } from '../../../src/server/imap/envelope';
import { parseMailDate } from '../../../src/server/imap/mailDate';

const of = (text: string | Buffer, charset?: string) =>
  envelopeOf(typeof text === 'string' ? Buffer.from(text) : text, charset);

describe('header fields', () => {
  test('an ordinary header is read', () => {
    const envelope = of(
      [
        'Date: Mon, 2 Feb 2026 10:00:00 +0200',
        'From: =?utf-8?B?0IbQstCw0L0=?= <ivan@example.ua>',
        'To: "Doe, John" <john@example.com>, team: a@example.com, b@example.com;',
        'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
        ' =?utf-8?Q?_aus_Wien?=',
        'Message-ID: <one@example.com>',
        'In-Reply-To: <parent@example.com>',
        'References: <root@example.com>',
        '\t<parent@example.com>',
        '',
      ].join('\r\n'),
    );
    expect(envelope).toMatchObject({
      subject: 'Grüße aus Wien',
      from: { name: 'Іван', address: 'ivan@example.ua' },
      messageId: '<one@example.com>',
      inReplyTo: '<parent@example.com>',
      references: ['<root@example.com>', '<parent@example.com>'],
      messageIdHash: hashMessageId('one@example.com'),
    });
    expect(envelope.to).toEqual([
      { name: 'Doe, John', address: 'john@example.com' },
      { name: '', address: 'a@example.com' },
      { name: '', address: 'b@example.com' },
    ]);
    expect(envelope.sentAt?.toISOString()).toBe('2026-02-02T08:00:00.000Z');
  });

  test.each<[string, Buffer, string | undefined, string]>([
    ['UTF-8', Buffer.from('Subject: Привіт\r\n'), undefined, 'Привіт'],
    [
      'windows-1251 like the body',
      Buffer.from([...Buffer.from('Subject: '), 0xcf, 0xf0, 0xe8, 0xe2, 0xb3, 0xf2]),
      'windows-1251',
      'Привіт',
    ],
    ['an unknown one', Buffer.from([...Buffer.from('Subject: caf'), 0xe9]), undefined, 'café'],
    ['UTF-7 words', Buffer.from('Subject: =?utf-7?Q?Caf+AOk-?=\r\n'), undefined, 'Café'],
  ])('raw bytes in %s are read', (_name, bytes, charset, subject) => {
    expect(of(bytes, charset).subject).toBe(subject);
  });

  test('a header of nothing gives a row of nothing', () => {
    expect(of('')).toMatchObject({
      subject: '',
      from: null,
      to: [],
      messageId: '',
      messageIdHash: null,
      sentAt: null,
      references: [],
    });
  });

  test('hostile fields are cut and cleaned', () => {
    const envelope = of(
      `Subject: ${'x'.repeat(50_000)}\r\nTo: ${'a@b.example, '.repeat(5000)}\r\nReferences: ${Array.from({ length: 500 }, (_x, i) => `<${i}@x>`).join(' ')}\r\n`,
    );
    expect(envelope.subject.length).toBeLessThanOrEqual(1000);
    expect(envelope.to.length).toBeLessThanOrEqual(500);
    expect(envelope.references.length).toBeLessThanOrEqual(60);
    expect(envelope.references[0]).toBe('<0@x>');
    expect(envelope.references.at(-1)).toBe('<499@x>');
    expect(of('Subject: a\0b\u202e\r\n').subject).not.toContain('\0');
    expect(of(`${'X: y\r\n'.repeat(200_000)}Subject: late\r\n`).subject).toBe('');
  });

  test('only the raw Date, From, To and Subject make the hash', () => {
    const base = 'Date: a\r\nFrom: b\r\nTo: c\r\nSubject: d\r\n';
    expect(of(`${base}Message-ID: <x@y>\r\n`).headerHash).toBe(of(`Cc: e\r\n${base}`).headerHash);
    expect(of(base.replace('d', 'D')).headerHash).not.toBe(of(base).headerHash);
  });

  test('the name before Outlook.com changed it is kept', () => {
    expect(of('Message-ID: <new@prod.outlook.com>\r\nX-Microsoft-Original-Message-ID: <own@app>\r\n')).toMatchObject({
      messageId: '<new@prod.outlook.com>',
      originalMessageId: '<own@app>',
    });
  });
});

describe('ids and comments', () => {
  test('a folded id is the same id', () => {
    expect(of('References: <1234   @   local\r\n  .machine.example>').references).toEqual([
      '<1234 @ local .machine.example>',
    ]);
    expect(hashMessageId('<1234 @ local .machine.example>')).toBe(hashMessageId('<1234@local.machine.example>'));
  });

  test('words in brackets and sentences are no ids', () => {
    const { references, inReplyTo } = of('In-Reply-To: Your mail of <Monday morning>, from bob@example.com');
    expect({ references, inReplyTo }).toEqual({ references: [], inReplyTo: '' });
  });

  test('comments inside of an address are left out', () => {
    const [to] = of('To: Pete <pete(his account)@silly.test(his (own) host)>').to;
    expect(to).toEqual({ name: 'Pete', address: 'pete@silly.test' });
  });
});

describe('a Date header', () => {
  test.each([
    ['Mon, 2 Feb 2026 10:00:00 +0200', '2026-02-02T08:00:00.000Z'],
    ['2 Feb 2026 10:00 GMT', '2026-02-02T10:00:00.000Z'],
    ['Mon, 02 Feb 26 10:00:00 EST', '2026-02-02T15:00:00.000Z'],
    ['Mon, 2 Feb 2026 10:00:00 -0000 (UTC)', '2026-02-02T10:00:00.000Z'],
    ['Tue Mar  5 14:03:22 2002', '2002-03-05T14:03:22.000Z'],
    ['2026-02-02T10:00:00+02:00', '2026-02-02T08:00:00.000Z'],
    ['Mon, 2-Feb-2026 10:00:00 +0000', '2026-02-02T10:00:00.000Z'],
    ['Tue, 1 Jul 2003 ((tricky) comment) 10:52:37 +0200', '2003-07-01T08:52:37.000Z'],
    ['Thu, 13 Feb 1969 23:32 -0330 (Newfoundland Time)', '1969-02-14T03:02:00.000Z'],
  ])('%s is read', (text, iso) => {
    expect(parseMailDate(text)?.toISOString()).toBe(iso);
  });

  test.each([
    '',
    'yesterday',
    'foo 1',
    '31 Feb 2026 10:00:00 +0000',
    '2 Foo 2026 10:00:00',
    '2 Feb 2026 25:61:00',
    '1',
    '12/13/2020',
  ])('%j is not invented', (text) => {
    expect(parseMailDate(text)).toBeNull();
  });
});
