import { describe, expect, test } from 'vitest';
import {
  hasFormatting,
  joinRich,
  nodeText,
  richOf,
  splitRich,
  textToHtml,
  tidyText,
  type TextNode,
} from '../../../src/client/compose/content';
import { canSend, formOf, inputOf, isEmptyForm, newForm, startAccount } from '../../../src/client/compose/draft';
import { promisesAttachment, sendGuards, withoutRepeats } from '../../../src/client/compose/guards';
import { noticeOf } from '../../../src/client/compose/outcome';
import { prepareAnswer } from '../../../src/server/submission/prepare';
import type { OutboxState } from '../../../src/shared/states';
import type { AccountView, OutboxInput, OutboxView } from '../../../src/shared/types';

const to = [{ name: 'Anna', address: 'anna@b.example' }];
const mail = (more: Partial<OutboxInput> = {}): OutboxInput => ({
  ...{ accountId: '1', to, cc: [], bcc: [], subject: 'Offer', html: '<p>Hello</p>', text: 'Hello', inReplyTo: null },
  record: { collection: 'orders', id: '7' },
  ...more,
});
const facts = { canSend: true, attachments: 0, ownText: 'Hello' };
const codes = (input: OutboxInput, more: Partial<typeof facts> = {}) =>
  sendGuards(input, { ...facts, ...more }).map(({ kind, code }) => `${kind} ${code}`);

describe('before a mail is sent', () => {
  test('nothing is said of a good one', () => expect(codes(mail())).toEqual([]));

  test.each([
    ['nobody to write to', mail({ to: [] }), 'block noRecipients'],
    ['a recipient that is no address', mail({ bcc: [{ name: '', address: 'anna' }] }), 'block wrongRecipients'],
    ['no account', mail({ accountId: '' }), 'block noAccount'],
    ['no subject', mail({ subject: ' ' }), 'ask noSubject'],
    ['a variable that nobody filled', mail({ subject: 'Order {{ record.number | }}' }), 'ask unfilled'],
  ])('%s is told', (_, input, told) => expect(codes(input)).toEqual([told]));

  test('an account that may only read blocks', () => {
    expect(codes(mail(), { canSend: false })).toEqual(['block sendBlocked']);
  });

  test('a promised attachment is asked for, unless there is one', () => {
    expect(codes(mail(), { ownText: 'See the attached file' })).toEqual(['ask noAttachment']);
    expect(codes(mail(), { ownText: 'See the attached file', attachments: 1 })).toEqual([]);
  });

  test.each(['Файл у додатку', 'Надсилаю вкладення', 'im Anhang', 'ci-joint le fichier', '见附件', 'I enclosed it'])(
    '%j promises one',
    (text) => expect(promisesAttachment(text, '')).toBe(true),
  );

  test.each([
    ['> see the attached file', ''],
    ['Thanks', 'Re: the attached file'],
    ['an unattached word', ''],
  ])('%j under %j promises none', (text, subject) => expect(promisesAttachment(text, subject)).toBe(false));

  test('an address in To is not repeated in Cc or Bcc', () => {
    const twice = [{ name: '', address: 'ANNA@b.example' }];
    expect(withoutRepeats(mail({ cc: twice, bcc: [...twice, { name: '', address: 'c@d.co' }] }))).toMatchObject({
      to,
      cc: [],
      bcc: [{ address: 'c@d.co' }],
    });
  });
});

describe('the quoted message', () => {
  const words = {
    ...{ from: 'From', date: 'Date', subject: 'Subject', to: 'To', cc: 'Cc', forwarded: 'Forwarded message' },
    wrote: (date: string, name: string) => `On ${date}, ${name} wrote:`,
  };
  const original = {
    ...{ id: '7', accountId: '1', subject: 'Offer', from: to[0], replyTo: [], to: [], cc: [], date: '1 May' },
    ...{ html: '<p>First</p><table><tr><td>x</td></tr></table>', text: 'First' },
  };
  test.each(['reply', 'replyAll', 'forward'] as const)(
    'of a %s stays out of the editor, its head included',
    async (kind) => {
      const { html } = await prepareAnswer(original, kind, [], words, async (html) => ({ html, text: null }));
      const split = splitRich(html ?? '');
      expect(split.own).toBe('<p><br /></p>');
      expect(split.quote).toContain('<td>x</td>');
      expect(joinRich(split)).toBe(`<div><br /></div>${split.quote}`);
    },
  );

  test('is found again behind what the sender wrote', () => {
    const quote = '<p>On 1 May, Anna wrote:</p><blockquote><p>First</p></blockquote>';
    expect(splitRich(`<p>Yes.</p><ul><li>one</li></ul>${quote}`)).toEqual({
      own: '<p>Yes.</p><ul><li>one</li></ul>',
      signature: '',
      quote,
    });
  });

  test('begins with the block that it lies in', () => {
    expect(splitRich('<div>Yes</div><div><div>x<table></table></div></div>')).toMatchObject({
      own: '<p>Yes</p>',
      quote: '<div><div>x<table></table></div></div>',
    });
  });

  test('keeps its gaps between paragraphs; a line of the author is no paragraph', () => {
    const quote = '<p>On 1 May, Anna wrote:</p><blockquote><p>First</p></blockquote>';
    const content = { own: '<p>Yes.</p><p><br></p>', signature: '<p>-- </p><p>Me</p>', quote };
    const html = `<div>Yes.</div><div><br></div><div>-- </div><div>Me</div>${quote}`;
    expect(joinRich(content)).toBe(html);
    expect(splitRich(html)).toEqual(content);
  });

  test('is not imagined', () => expect(splitRich('<p>Hi</p>')).toEqual({ own: '<p>Hi</p>', signature: '', quote: '' }));
});

describe('text and html', () => {
  const node = (nodeName: string, ...children: (TextNode | string)[]): TextNode => ({
    nodeName,
    childNodes: children.map((child) =>
      typeof child === 'string' ? { nodeName: '#text', nodeValue: child, childNodes: [] } : child,
    ),
  });
  test('blocks become lines, quotations get their marks, scripts vanish', () => {
    const page = node(
      'BODY',
      node('P', 'One ', node('B', 'two')),
      node('UL', node('LI', 'a'), node('LI', 'b')),
      node('SCRIPT', 'alert(1)'),
      node('BLOCKQUOTE', node('P', 'q1'), node('P', 'q2')),
    );
    expect(nodeText(page)).toBe('One two\n- a\n- b\n> q1\n> q2\n');
  });

  test('the space between the blocks of a quotation is no line of it', () => {
    const gap = '\r\n  ';
    const paragraphs = [node('P', 'q1'), gap, node('P', node('BR')), gap, node('P', 'q2', node('BR'), ' q3'), gap];
    const page = node('BODY', gap, node('P', 'One'), gap, node('BLOCKQUOTE', gap, ...paragraphs), gap);
    expect(nodeText(page)).toBe('One\n> q1\n>\n> q2\n> q3\n');
  });

  test('the line above a signature keeps its space, and a gap before it', () => {
    expect(tidyText('Hello  \n\n\n\nBye\n-- \nMe\n')).toBe('Hello\n\nBye\n\n-- \nMe');
    expect(richOf('Hello\n\n-- \nMe')).toEqual({
      own: '<p>Hello</p>',
      signature: '<p>-- </p><p>Me</p>',
      quote: '',
    });
    expect(richOf('Hello')).toEqual({ own: '<p>Hello</p>', signature: '', quote: '' });
  });

  test('formatting is what plain text would lose', () => {
    const content = (own: string, quote = '') => ({ own, signature: '<p>-- </p><p><b>Me</b></p>', quote });
    expect(hasFormatting(content('<p>a<br>b</p>'))).toBe(false);
    expect(hasFormatting(content('<p>a <strong>b</strong></p>'))).toBe(true);
    expect(hasFormatting(content('<p>a</p>', '<blockquote>x</blockquote>'))).toBe(true);
  });

  test('plain text cannot become markup', () => {
    expect(textToHtml('a <b> & "c"\n\nd')).toBe('<p>a &lt;b&gt; &amp; &quot;c&quot;</p><p><br></p><p>d</p>');
    expect(textToHtml('')).toBe('');
  });
});

describe('a form', () => {
  const account = (id: string, more: Partial<AccountView> = {}): AccountView => ({
    ...{ id, provider: 'microsoft', address: `${id}@x.co`, displayName: '', storedState: 'active', state: 'upToDate' },
    ...{ sendBlocked: null, error: null, backOffUntil: null, lastSyncAt: null, unread: 0, stored: 0 },
    ...{ onServer: null, startDate: null, textsMissing: 0, pollMinutes: 5, nextSyncAt: null, largestMessage: null },
    ...more,
  });
  const blocked = account('1', { sendBlocked: { code: 'smtpDisabled', kind: 'permanent', who: 'administrator' } });

  test('starts with an account that can send', () => {
    expect(canSend(blocked)).toBe(false);
    expect(startAccount([blocked, account('2', { storedState: 'paused' }), account('3')])).toBe('3');
    expect(startAccount([blocked, account('3')], '1')).toBe('1');
    expect(startAccount([])).toBe('');
  });

  test('gives back the mail it was made of', () => {
    const rich = mail({
      html: '<div>Hi</div><blockquote>x</blockquote>',
      inReplyTo: { messageId: '7', kind: 'reply' },
    });
    expect(inputOf(formOf(rich), () => 'Hello')).toEqual(rich);
    const plain = mail({ html: null, text: 'Hi\n> x' });
    expect(inputOf(formOf(plain), () => 'never')).toEqual(plain);
  });

  test('is empty until somebody would miss something', () => {
    const form = newForm({ kind: 'new' }, [account('1')]);
    expect(isEmptyForm(form)).toBe(true);
    expect(isEmptyForm({ ...form, rich: { own: '<p><br></p>', signature: '', quote: '' } })).toBe(true);
    expect(isEmptyForm({ ...form, rich: { own: '<p>Hi</p>', signature: '', quote: '' } })).toBe(false);
    expect(isEmptyForm({ ...form, to })).toBe(false);
  });
});

describe('after Send', () => {
  const now = new Date('2025-01-01T10:00:00.000Z');
  const row = (state: OutboxState, more: Partial<OutboxView> = {}): OutboxView => ({
    ...{
      id: '5',
      accountId: '1',
      record: null,
      state,
      version: 1,
      to,
      cc: [],
      bcc: [],
      subject: 'Offer',
      html: null,
      text: '',
      sendAt: null,
    },
    ...{
      sentAt: null,
      messageId: null,
      error: null,
      bounces: [],
      attachments: [],
      inReplyTo: null,
      updatedAt: '',
      ...more,
    },
  });
  test('a mail can be taken back until it leaves', () => {
    const waiting = noticeOf(row('queued', { sendAt: '2025-01-01T10:00:07.200Z' }), now);
    expect(waiting).toMatchObject({ seconds: 8, actions: ['undo'], settled: false });
    expect(noticeOf(row('queued', { sendAt: '2025-01-01T10:00:00.000Z' }), now)?.actions).toEqual([]);
  });

  test.each([
    ['sending', [], false],
    ['sent', [], true],
    ['failed', ['retry', 'edit'], true],
    ['uncertain', ['arrived', 'sendAgain'], true],
  ] as const)('%s offers %j', (state, actions, settled) => {
    expect(noticeOf(row(state), now)).toMatchObject({ actions, settled });
  });

  test('an uncertain mail is called neither sent nor failed', () => {
    expect(noticeOf(row('uncertain'), now)).toMatchObject({ tone: 'warning', title: 'It may have been sent' });
  });

  test('a draft has no notice', () => expect(noticeOf(row('draft'), now)).toBeNull());
});
