import { describe, expect, test } from 'vitest';
import { sanitiseForEditor } from '../../../src/server/messages/sanitise';
import {
  answerRecipients,
  answerSubject,
  prepareAnswer,
  type AnsweredMessage,
} from '../../../src/server/submission/prepare';

const me = 'ann@x.example';
const named = (...addresses: string[]) => addresses.map((address) => ({ name: '', address }));
const message: AnsweredMessage = {
  id: '7',
  accountId: '3',
  subject: 'Plan',
  from: { name: 'Bob', address: 'bob@x.example' },
  replyTo: [],
  to: named(me),
  cc: [],
  date: '1 March 2026',
  html: null,
  text: 'one\n\ntwo',
};
const words = {
  wrote: (date: string, name: string) => `On ${date}, ${name} wrote:`,
  forwarded: 'Forwarded message',
  from: 'From',
  date: 'Date',
  subject: 'Subject',
  to: 'To',
  cc: 'Cc',
};
const quotable = async (html: string, withText: boolean) => ({
  html: sanitiseForEditor(html),
  text: withText ? 'its text' : null,
});
const recipients = (changes: Partial<AnsweredMessage>, kind: 'reply' | 'replyAll' | 'forward') => {
  const { to, cc } = answerRecipients({ ...message, ...changes }, kind, [me]);
  return [to.map(({ address }) => address), cc.map(({ address }) => address)];
};

describe('an answer goes', () => {
  test('to the sender', () => expect(recipients({}, 'reply')).toEqual([['bob@x.example'], []]));
  test('where Reply-To says', () =>
    expect(recipients({ replyTo: named('list@x.example') }, 'reply')).toEqual([['list@x.example'], []]));
  test('to all others too, without me and without doubles', () => {
    const crowd = {
      to: named('ANN@x.example', 'carol@x.example', 'Bob@x.example'),
      cc: named('dan@x.example', 'carol@x.example'),
    };
    expect(recipients(crowd, 'replyAll')).toEqual([['bob@x.example'], ['carol@x.example', 'dan@x.example']]);
  });
  test('to those I wrote to, when the mail is mine', () => {
    const mine = { from: { name: 'Ann', address: me }, to: named('bob@x.example'), cc: named('carol@x.example') };
    expect(recipients(mine, 'reply')).toEqual([['bob@x.example'], []]);
    expect(recipients(mine, 'replyAll')).toEqual([['bob@x.example'], ['carol@x.example']]);
  });
  test('to me, when I wrote to myself', () =>
    expect(recipients({ from: { name: '', address: me } }, 'reply')).toEqual([[me], []]));
  test('to nobody yet, when it is a forward', () => expect(recipients({}, 'forward')).toEqual([[], []]));
  test('not to what is no address', () =>
    expect(recipients({ replyTo: named('undisclosed-recipients:;') }, 'reply')).toEqual([[], []]));
});

test.each([
  ['Plan', 'reply', 'Re: Plan'],
  ['Re: Plan', 'reply', 'Re: Plan'],
  ['RE: re: AW: Plan', 'reply', 'Re: Plan'],
  ['WG: Plan', 'forward', 'Fwd: Plan'],
  ['Re[2]: Plan', 'reply', 'Re: Plan'],
  ['回复：计划', 'reply', 'Re: 计划'],
  ['Відп: План', 'reply', 'Re: План'],
  ['Regarding: Plan', 'reply', 'Re: Regarding: Plan'],
  ['', 'reply', 'Re:'],
  ['a\r\nBcc: v@x.example', 'reply', 'Re: a Bcc: v@x.example'],
] as const)('the subject %j of a %s becomes %j', (subject, kind, answer) => {
  expect(answerSubject(subject, kind)).toBe(answer);
});

test.each([
  ['as most servers keep it', '\n'],
  ['as it came', '\r\n'],
])('a plain original is quoted as plain text, its lines ending %s', async (_name, end) => {
  const text = message.text.replace(/\n/g, end);
  const answer = await prepareAnswer({ ...message, text }, 'reply', [me], words, quotable);
  expect(answer).toMatchObject({ accountId: '3', html: null, bcc: [], inReplyTo: { messageId: '7', kind: 'reply' } });
  expect(answer.text).toBe('\n\nOn 1 March 2026, Bob wrote:\n> one\n>\n> two');
});

test('a rich original is quoted safely, and the name in the attribution is no html', async () => {
  const html = '<p onclick="x()">Hi <b>there</b><script>alert(1)</script><img src="https://t.example/p.gif"></p>';
  const from = { name: '<i>Bob</i>', address: 'bob@x.example' };
  const answer = await prepareAnswer({ ...message, from, html }, 'reply', [me], words, quotable);
  expect(answer.html).toContain('<b>there</b>');
  expect(answer.html).toContain('&lt;i&gt;Bob&lt;/i&gt; wrote:');
  expect(answer.html).toMatch(/<blockquote>.*<\/blockquote>$/s);
  for (const bad of ['onclick', 'script', '<img', 't.example']) expect(answer.html).not.toContain(bad);
});

test('a rich original that cannot be made safe now is quoted as plain text, and one without text by that of its html', async () => {
  const html = '<p>Hi</p>';
  const unsafe = await prepareAnswer({ ...message, html }, 'reply', [me], words, async () => null);
  expect(unsafe).toMatchObject({ html: null, text: expect.stringContaining('> one') });
  const textless = await prepareAnswer({ ...message, html, text: '' }, 'reply', [me], words, quotable);
  expect(textless.text).toContain('> its text');
});

test('a rich original keeps images that come along, and none that lie in its html', async () => {
  const html = '<p>Hi<img src="data:image/png;base64,AAAA" /><img src="cid:logo@x" /></p>';
  const answer = await prepareAnswer({ ...message, html }, 'reply', [me], words, async (given) => ({
    html: sanitiseForEditor(given, new Map([['logo@x', 'cid:7.2@original.invalid']])),
    text: null,
  }));
  expect(answer.html).toContain('<p>Hi<img src="cid:7.2@original.invalid" /></p>');
});

test('a forward carries the head of the original', async () => {
  const { text, to } = await prepareAnswer(
    { ...message, cc: named('carol@x.example') },
    'forward',
    [me],
    words,
    quotable,
  );
  expect(to).toEqual([]);
  expect(text).toContain(
    'From: Bob <bob@x.example>\nDate: 1 March 2026\nSubject: Plan\nTo: ann@x.example\nCc: carol@x.example\n',
  );
  expect(text).toMatch(/\n\none\n\ntwo$/);
});
