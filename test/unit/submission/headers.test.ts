import { describe, expect, test } from 'vitest';
import {
  cleanContentType,
  cleanFileName,
  cleanLine,
  cleanMessageId,
  cleanName,
  cleanSubject,
  envelopeRecipients,
  newMessageId,
  threadingOf,
  wireAddress,
} from '../../../src/server/submission/headers';

const breaks = ['\r\n', '\n', '\r', '\0', '\u0085', '\u2028', '\u2029', '\u000b', '\u001b'];

describe('nothing in a header value can end its line', () => {
  test.each(breaks)('%j', (separator) => {
    const attack = `hello${separator}Bcc: victim@example.com`;
    for (const clean of [
      cleanLine,
      cleanSubject,
      cleanName,
      cleanFileName,
      (value: string) => cleanMessageId(value) ?? '',
    ]) {
      expect(clean(attack)).not.toContain(separator);
    }
    expect(wireAddress(`ann${separator}@example.com`)).toBeNull();
    expect(wireAddress(`ann@example.com${separator}x`)).toBeNull();
  });
});

test('a subject keeps its script and a too long one is refused', () => {
  expect(cleanSubject('  Звіт   за 2026 📈 — تقرير ')).toBe('Звіт за 2026 📈 — تقرير');
  expect(() => cleanSubject('x'.repeat(1000))).toThrow('subjectTooLong');
});

describe('a file name', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ann\\звіт.pdf', 'звіт.pdf'],
    ['..', 'attachment'],
    ['', 'attachment'],
    ['.htaccess', 'htaccess'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a:b?c*.txt', 'a_b_c_.txt'],
    ['report.pdf. ', 'report.pdf'],
    ['文档.docx', '文档.docx'],
  ])('%j is %j', (given, name) => expect(cleanFileName(given)).toBe(name));

  test('of 300 characters is cut and keeps its ending', () => {
    const name = cleanFileName(`${'😀'.repeat(150)}.pdf`);
    expect(name.length).toBeLessThanOrEqual(200);
    expect(name).toMatch(/\.pdf$/);
    expect(name).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });
});

test.each([
  ['application/pdf', 'application/pdf'],
  ['TEXT/Plain; charset=utf-8', 'text/plain'],
  ['message/rfc822', 'application/octet-stream'],
  ['multipart/mixed', 'application/octet-stream'],
  ['text/html\r\nX: y', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('the media type %j is sent as %j', (given, sent) => expect(cleanContentType(given)).toBe(sent));

test.each([
  ['ann@example.com', 'ann@example.com'],
  [' Ann.O+tag@Example.COM ', 'Ann.O+tag@example.com'],
  ["o'brien@example.com", "o'brien@example.com"],
  ['info@пошта.укр', 'info@xn--80a1acn3a.xn--j1amh'],
  ['ann', null],
  ['ann@localhost', null],
  ['@example.com', null],
  ['a b@example.com', null],
  ['ann@example.com, bob@example.com', null],
  ['<ann@example.com>', null],
  ['"a b"@example.com', null],
  ['ann..b@example.com', null],
  ['ann@[10.0.0.1]', null],
  ['анна@example.com', null],
  [`${'a'.repeat(65)}@example.com`, null],
])('the address %j goes over the wire as %j', (given, wire) => expect(wireAddress(given)).toBe(wire));

describe('recipients', () => {
  const named = (...addresses: string[]) => addresses.map((address) => ({ name: '', address }));
  test('are named once, whatever the case and the line', () => {
    const recipients = { to: named('a@x.example'), cc: named('A@X.example', 'b@x.example'), bcc: named('b@x.example') };
    expect(envelopeRecipients(recipients)).toEqual(['a@x.example', 'b@x.example']);
  });
  test('must be there, be valid and be few enough', () => {
    const none = { to: [], cc: [], bcc: [] };
    expect(() => envelopeRecipients(none)).toThrow('recipientsMissing');
    expect(() => envelopeRecipients({ ...none, bcc: named('nobody') })).toThrow('recipientInvalid');
    // The host logs what a request was refused with: a place in the form is told, not the address.
    const told = () => envelopeRecipients({ to: named('a@x.example'), cc: named('b@x.example', 'nobody'), bcc: [] });
    expect(told).toThrow(expect.objectContaining({ params: { field: 'Cc', position: 2 } }));
    const many = named(...Array.from({ length: 501 }, (_, index) => `p${index}@x.example`));
    expect(() => envelopeRecipients({ ...none, to: many })).toThrow('tooManyRecipients');
  });
});

test('a Message-ID is fresh each time and in the domain of the account', () => {
  expect(newMessageId('ann@пошта.укр')).toMatch(/^<[0-9a-f-]{36}@xn--80a1acn3a\.xn--j1amh>$/);
  expect(newMessageId('ann@x.example')).not.toBe(newMessageId('ann@x.example'));
  expect(newMessageId('nonsense')).toMatch(/@mail\.invalid>$/);
});

describe('an answer joins its thread', () => {
  const parent = { messageId: '<p@x>', inReplyTo: null, references: null };
  test('by the id of the answered message alone', () => {
    expect(threadingOf(parent, 'reply')).toEqual({ inReplyTo: '<p@x>', references: ['<p@x>'] });
  });
  test('by the references of the answered message and its own id, each once', () => {
    const answered = { ...parent, references: ['<a@x>', '<p@x>', '<a@x>', '<b@x>'] };
    expect(threadingOf(answered, 'replyAll')?.references).toEqual(['<a@x>', '<b@x>', '<p@x>']);
  });
  test('by In-Reply-To where there are no references (RFC 5322 section 3.6.4)', () => {
    expect(threadingOf({ ...parent, inReplyTo: '<a@x> (comment)' }, 'reply')?.references).toEqual(['<a@x>', '<p@x>']);
  });
  test('by the first and the last twenty of a long thread', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `<${index}@x>`);
    const references = threadingOf({ ...parent, references: ids }, 'reply')!.references;
    expect(references).toHaveLength(21);
    expect([references[0], references[1], references.at(-1)]).toEqual(['<0@x>', '<41@x>', '<p@x>']);
  });
  test('as a forward, which answers nobody', () => {
    expect(threadingOf(parent, 'forward')).toEqual({ references: ['<p@x>'] });
  });
  test.each(['', '<a b@x>', '<ä@x>', '<a@x>\r\nBcc: v@x', `<${'a'.repeat(1000)}@x>`])(
    'not by an id that would break the header: %j',
    (messageId) => {
      expect(threadingOf({ ...parent, messageId }, 'reply')).toBeNull();
      expect(threadingOf({ ...parent, references: [messageId] }, 'reply')?.references).toEqual(['<p@x>']);
    },
  );
});
