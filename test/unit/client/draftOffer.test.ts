import { describe, expect, test } from 'vitest';
import { newForm } from '../../../src/client/compose/draft';
import { draftToOffer, goesWithoutTrace, holdsNothingNew, offerKey } from '../../../src/client/compose/offer';
import type { Unsaved } from '../../../src/client/compose/unsaved';
import type { OutboxView } from '../../../src/shared/types';

const anna = { name: 'Anna', address: 'anna@b.example' };
const row = (id: string, more: Partial<OutboxView> = {}): OutboxView => ({
  ...{ id, accountId: '1', state: 'draft', version: 1, to: [anna], cc: [], bcc: [], subject: '', html: null, text: '' },
  ...{
    inReplyTo: null,
    record: null,
    attachments: [],
    messageId: null,
    sendAt: null,
    sentAt: null,
    bounces: [],
    error: null,
  },
  ...{ updatedAt: '2026-05-01T12:00:00.000Z', ...more },
});
const none = { own: null as string | null, refused: new Set<string>() };
const to = (...addresses: string[]) => ({ inReplyTo: null, to: addresses.map((address) => ({ name: '', address })) });
const answering = (messageId: string) => ({ inReplyTo: { messageId, kind: 'reply' as const }, to: [anna] });
const offered = (rows: OutboxView[], form: Parameters<typeof draftToOffer>[1], facts = none) =>
  draftToOffer(rows, form, facts)?.draft.id ?? null;

describe('a draft is offered', () => {
  test('to whom a new mail is written too, however the address is spelled, by the name that is known', () => {
    expect(draftToOffer([row('1')], to('ANNA@b.example'), none)).toMatchObject({ draft: { id: '1' }, person: anna });
  });

  test('the newest of several', () => {
    const newer = row('2', { updatedAt: '2026-05-02T00:00:00.000Z' });
    expect(offered([row('1'), newer, row('3')], to('c@d.example', 'anna@b.example'))).toBe('2');
  });

  test('of an answer to the same message, and of no other', () => {
    const answer = row('2', { inReplyTo: { messageId: '7', kind: 'replyAll' } });
    expect(draftToOffer([row('1'), answer], answering('7'), none)).toMatchObject({ draft: { id: '2' }, person: null });
    expect(offered([row('1'), answer], answering('8'))).toBeNull();
  });

  test.each([
    ['it is the one being written', [row('1')], { ...none, own: '1' }],
    ['it was refused', [row('1')], { ...none, refused: new Set(['1']) }],
    ['it waits for its time', [row('1', { state: 'queued' })], none],
    ['it was sent', [row('1', { state: 'sent' })], none],
    ['it failed and stands in the outbox', [row('1', { state: 'failed' })], none],
    ['it is to somebody else', [row('1', { to: [{ name: '', address: 'x@y.example' }] })], none],
  ])('not where %s', (_, rows, facts) => expect(offered(rows, to('anna@b.example'), facts)).toBeNull());

  test('and looked for only when there is an address or a message to go by', () => {
    expect(offerKey(to())).toBe('');
    expect(offerKey(to('anna'))).toBe('');
    expect(offerKey(to('c@d.example', 'Anna@b.example'))).toBe('anna@b.example c@d.example');
    expect(offerKey(answering('7'))).toBe('answer 7');
  });
});

const begun = newForm({ kind: 'new' }, []);
const file = (id: string) => ({ id, filename: 'plan.pdf', contentType: 'application/pdf', size: 1, contentId: null });
const forwarded = row('1', { attachments: [file('1')] });

describe('a mail that gives way to a draft', () => {
  const left = { form: begun, key: 'k', savedAt: '' } as unknown as Unsaved;
  const kept = { form: begun, row: null };
  test.each([
    ['nothing but recipients', {}, { to: [anna] }, true],
    ['a subject', {}, { to: [anna], subject: 'x' }, false],
    ['a text', {}, { rich: { ...begun.rich, own: '<p>x</p>' } }, false],
    ['a file', { files: [file('1')] }, {}, false],
    ['an image that is on its way', { underWay: 1 }, {}, false],
    ['what an earlier page could not save', { started: { ...kept, left } }, {}, false],
    [
      'the files of what it forwards',
      { started: { ...kept, row: forwarded, fresh: true }, files: [file('1')] },
      {},
      true,
    ],
  ])('with %s in it is dropped or kept', (_, facts, change, dropped) => {
    const { started, files, underWay } = { started: kept, files: [], underWay: 0, ...facts };
    const form = Object.keys(change).length > 0 ? { ...begun, ...change } : begun;
    expect(goesWithoutTrace(started, form, { files, underWay })).toBe(dropped);
  });
});

describe('a forward that is closed as it was begun', () => {
  const started = { form: begun, row: forwarded, fresh: true };
  test.each([
    ['leaves no draft', {}, true],
    ['keeps a file that was attached', { files: [file('1'), file('2')] }, false],
    ['keeps a file or an image that is on its way', { underWay: 1 }, false],
    ['keeps what is left where a file was taken away', { files: [] }, false],
    ['is kept where its text was written', { form: { ...begun, subject: 'x' } }, false],
    ['is kept where it was a draft before', { begins: { ...started, fresh: false } }, false],
  ])('%s', (_, facts, nothing) => {
    const all = { begins: started, form: begun, files: forwarded.attachments, underWay: 0, ...facts };
    expect(holdsNothingNew(all.begins, all.form, all)).toBe(nothing);
  });
});
