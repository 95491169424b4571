import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { alice } from '../../../sandbox/outlook';
import { withLease } from '../../../src/server/accounts/lease';
import { openDownload } from '../../../src/server/messages/download';
import { readingPlacesOf } from '../../../src/server/messages/places';
import { hardToShow, LARGE, PNG, seed } from './mails';
import { startWorld, type World } from './world';

let world: World;

beforeAll(async () => {
  const { alices, bobs } = seed();
  const inbox = [...(alices.INBOX ?? []), ...hardToShow()];
  world = await startWorld({ ...alices, INBOX: inbox }, bobs);
});

afterAll(() => world?.stop());

describe('bodies', () => {
  test('of hostile html are harmless, with the images that came along and none from elsewhere', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    const { status, body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ id, blockedImages: 1, remoteImages: false, notice: null });
    expect(body.data.html).toBe(
      `<div><p style="color:#333">Hello <b>Alice</b></p><img src="data:image/png;base64,${PNG.toString('base64')}" />` +
        '<img alt="Banner" /><img /><a>one</a> <a href="https://partner.example/offer" target="_blank" rel="noopener noreferrer">two</a></div>',
    );
    expect(body.data.attachments.map((a: { inline: boolean }) => a.inline)).toEqual([true, false]);
    const wanted = await world.get(world.ann, 'mailMessages:body', { filterByTk: id, remoteImages: 1 });
    expect(wanted.body.data).toMatchObject({ blockedImages: 0, remoteImages: true });
    expect(wanted.body.data.html).toContain('<img alt="Banner" src="https://tracker.example/pixel.gif" />');
  });

  test('list among the files the images that their html cannot show: nothing of a mail is seen nowhere', async () => {
    const id = await world.idOf(world.ann, 'Pictures');
    for (const time of ['first', 'next']) {
      const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
      const inline = body.data.attachments.map((a: { contentId: string; inline: boolean }) => [a.contentId, a.inline]);
      expect([time, ...inline]).toEqual([
        time,
        ['small@partner', true],
        ['big@partner', false],
        ['back@partner', false],
      ]);
    }
  });

  test('show of two images with one Content-ID the first, and list the other one among the files', async () => {
    const id = await world.idOf(world.ann, 'One id twice');
    for (const time of ['first', 'next']) {
      const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
      expect(body.data.html, time).toContain(`src="data:image/png;base64,${PNG.toString('base64')}"`);
      expect(body.data.attachments, time).toMatchObject([{ inline: true }, { inline: false }]);
    }
  });

  test('whose html says nothing are shown by their text', async () => {
    const id = await world.idOf(world.ann, 'Empty html');
    const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(body.data).toMatchObject({ html: null, notice: null });
    expect(body.data.text).toContain('Only here.');
  });

  test('whose html cannot be made safe are shown by its words alone', async () => {
    const id = await world.idOf(world.ann, 'Too deep');
    const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(body.data).toMatchObject({ html: null, notice: { code: 'htmlUnsafe' }, text: 'Deep & dark' });
  });

  test('are stored raw apart, and no answer holds them so', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    for (const action of ['mailMessages:get', 'mailMessages:body', 'mailMessages:list']) {
      expect((await world.get(world.ann, action, { filterByTk: id })).text).not.toContain('alert');
    }
    expect((await world.get(world.ann, 'mailBodies:get', { filterByTk: id })).status).toBe(403);
  });

  test('of a trusted sender come with their images, until the trust ends', async () => {
    const id = await world.idOf(world.ann, 'Hostile');
    await world.post(world.ann, 'mailMessages:trustSender', {}, { filterByTk: id });
    await world.post(world.ann, 'mailMessages:trustSender', {}, { filterByTk: id });
    expect((await world.get(world.ann, 'mailMessages:body', { filterByTk: id })).body.data.remoteImages).toBe(true);
    await world.post(world.ann, 'mailMessages:trustSender', { trusted: false }, { filterByTk: id });
    expect((await world.get(world.ann, 'mailMessages:body', { filterByTk: id })).body.data.remoteImages).toBe(false);
  });

  test.each([
    ['Offer', null, 'The 100% offer_price is in the file.'],
    ['Only html', '<h1>News</h1><p>Nothing <i>but</i> html</p>', 'Nothing but html'],
    ['Broken', null, ''],
  ])('of "%s" are text or html as they came', async (subject, expectedHtml, words) => {
    const { body } = await world.get(world.ann, 'mailMessages:body', {
      filterByTk: await world.idOf(world.ann, subject),
    });
    expect(body.data.html?.trim() ?? null).toBe(expectedHtml);
    expect(body.data.text).toContain(words);
  });

  test('wait for their turn while the account holds three connections for others', async () => {
    const id = await world.idOf(world.ann, 'Twin 0');
    await world.mail.db.getCollection('mailBodies').model.destroy({ where: { id }, hooks: false });
    const connections = () => world.box.control.state().imapConnections;
    // Those of bodies that were read before may still be closing.
    await expect.poll(connections).toEqual([]);
    const { bodies } = readingPlacesOf(world.mail);
    const places = await Promise.all([1, 2, 3].map(() => bodies.take(world.accountId)));
    const take = vi.spyOn(bodies, 'take');
    let answered = false;
    const answer = Promise.resolve(world.get(world.ann, 'mailMessages:body', { filterByTk: id })).finally(
      () => (answered = true),
    );
    await expect.poll(() => take.mock.calls.length).toBe(1);
    take.mockRestore();
    expect(answered).toBe(false);
    expect(connections()).toEqual([]);
    for (const giveBack of places) giveBack();
    expect((await answer).body.data.text.trim()).toBe('same minute');
  });

  test('are fetched again when nothing is stored, and said to be gone when they are', async () => {
    const id = await world.idOf(world.ann, 'Twin 0');
    const bodies = world.mail.db.getCollection('mailBodies').model;
    await bodies.destroy({ where: { id }, hooks: false });
    const first = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(first.body.data.text.trim()).toBe('same minute');
    expect(await bodies.count({ where: { id } })).toBe(1);
    await bodies.destroy({ where: { id }, hooks: false });
    const row = await world.mail.db.getCollection('mailMessages').model.findByPk(id);
    await world.box.mail.expunge(alice.upn, 'INBOX', [Number(row?.get('uid'))]);
    const gone = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    expect(gone.body.errors[0].code).toBe('messageGone');
  });
});

describe('attachments', () => {
  const fileOf = async (subject: string, index: number) => {
    const id = await world.idOf(world.ann, subject);
    const { body } = await world.get(world.ann, 'mailMessages:body', { filterByTk: id });
    return { filterByTk: id, part: body.data.attachments[index].part as string };
  };

  test('come with headers that keep them from being a page of ours', async () => {
    const { status, headers, text } = await world.get(world.ann, 'mailMessages:attachment', await fileOf('Files', 0));
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="____.html"; filename*=UTF-8''%D0%B7%D0%B2%D1%96%D1%82.html`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'cache-control': 'private, no-store',
    });
    expect(text ?? '').not.toContain('"data"');
  });

  test('of ten megabytes are streamed whole and exact, by a link without a session', async () => {
    const { body } = await world.post(world.ann, 'mailMessages:attachment', { ticket: 1 }, await fileOf('Files', 1));
    const origin = await world.host.listen();
    const response = await fetch(`${origin}${body.data.url}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toContain('big.bin');
    expect(Buffer.from(await response.arrayBuffer()).equals(LARGE)).toBe(true);
    await closed();
  });

  test('tickets open one part only, for a minute, and for as long as the mail is the viewer’s', async () => {
    const asked = await fileOf('Files', 0);
    const { body } = await world.post(world.ann, 'mailMessages:attachment', { ticket: 1 }, asked);
    const { url } = body.data as { url: string };
    expect(url).toMatch(/^\/api\/mailMessages:download\?ticket=/);
    const guest = world.host.guest();
    expect((await guest.get(url)).status).toBe(200);
    expect((await guest.get(`${url}x`)).body.errors[0].code).toBe('linkExpired');
    expect((await guest.get('/api/mailMessages:download')).body.errors[0].code).toBe('linkExpired');
    // The query of the request adds nothing to what was signed.
    expect(
      (await guest.get(`${url}&part=3&filterByTk=1&userId=${world.ben.id}`)).headers['content-disposition'],
    ).toContain('.html');
    const now = world.mail.now;
    world.mail.now = () => new Date(Date.now() + 61_000);
    try {
      expect((await guest.get(url)).body.errors[0].code).toBe('linkExpired');
    } finally {
      world.mail.now = now;
    }
    expect((await guest.get('/api/mailMessages:attachment').query(asked)).status).toBe(401);
  });

  test('that do not exist are refused', async () => {
    const id = await world.idOf(world.ann, 'Files');
    for (const part of ['9', '1', '', '0', 'TEXT', 'HEADER', '2.MIME', '../1', '1:9', 'whole.0']) {
      const { status, body } = await world.get(world.ann, 'mailMessages:attachment', { filterByTk: id, part });
      expect([part, status, body.errors?.[0]?.code]).toEqual([part, 400, 'attachmentMissing']);
    }
  });

  test('the source of a message is given as it lies there', async () => {
    const id = await world.idOf(world.ann, 'Offer');
    const { body } = await world.post(world.ann, 'mailMessages:source', { ticket: 1 }, { filterByTk: id });
    const response = await world.host.guest().get(body.data.url).buffer(true);
    expect(response.headers['content-type']).toMatch(/^message\/rfc822/);
    expect(response.headers['content-disposition']).toContain('Offer.eml');
    expect(String(response.text || response.body)).toContain('Message-ID: <offer@partner.example>');
  });

  const connections = () => world.box.control.state().imapConnections.length;
  /** Accounts that hold a place for a download. */
  const places = () => (Reflect.get(readingPlacesOf(world.mail).downloads, 'held') as Map<string, unknown>).size;
  /** Every download closes its connection, however it ends, and gives its place back. */
  const closed = () => expect.poll(() => connections() + places()).toBe(0);
  const open = async (subject: string, index: number) => {
    const { filterByTk, part } = await fileOf(subject, index);
    return openDownload(world.mail, { userId: String(world.ann.id) }, filterByTk, part);
  };
  const pieces = () =>
    world.box.control.state().imapCommands.filter(({ command }) => /BODY(?:\.PEEK)?\[3\]</.test(command)).length;

  test('are fetched no faster than they are read', async () => {
    world.box.control.clearFaults();
    const { stream } = await open('Files', 1);
    let asked = 0;
    // Nobody reads: what is asked of the server comes to a stop, long before the end.
    await expect
      .poll(
        () => {
          const before = asked;
          asked = pieces();
          return asked > 0 && asked === before;
        },
        { interval: 500 },
      )
      .toBe(true);
    expect(asked).toBeLessThan(8);
    let octets = 0;
    for await (const piece of stream as AsyncIterable<Buffer>) octets += piece.length;
    expect(octets).toBe(LARGE.length);
    expect(pieces()).toBeGreaterThan(30);
    await closed();
  });

  test('whose reader goes away leave no connection behind', async () => {
    const { stream } = await open('Files', 1);
    expect(connections()).toBe(1);
    stream.destroy();
    await closed();
  });

  test('are three at a time of one account, until one of them ends', async () => {
    const downloads = [await open('Files', 1), await open('Files', 1), await open('Files', 1)];
    await expect(open('Files', 1)).rejects.toMatchObject({ kind: 'throttled', code: 'tooManyOpened' });
    const { status, body } = await world.get(world.ann, 'mailMessages:attachment', await fileOf('Files', 0));
    expect([status, body.errors[0].code]).toEqual([503, 'tooManyOpened']);
    expect(connections()).toBe(3);
    for (const { stream } of downloads) stream.destroy();
    await closed();
    expect((await world.get(world.ann, 'mailMessages:attachment', await fileOf('Files', 0))).status).toBe(200);
    // What could not be opened holds no place.
    for (let i = 0; i < 4; i++) {
      world.box.control.failImap({ on: 'SELECT|EXAMINE', effect: { kind: 'reset' } });
      await expect(open('Files', 1)).rejects.toMatchObject({ kind: 'transient' });
    }
    world.box.control.clearFaults();
    (await open('Files', 1)).stream.destroy();
    await closed();
  });

  test.each(['reset', 'close', 'bye'] as const)(
    'that break off (%s) are an error, never a short file',
    async (kind) => {
      const { stream } = await open('Files', 1);
      let octets = 0;
      const rest = async () => {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          if (octets === 0)
            world.box.control.endImapSessions({ user: alice.upn, effect: { kind, text: 'Connection closed. 14' } });
          octets += piece.length;
        }
      };
      await expect(rest()).rejects.toThrow();
      expect(octets).toBeLessThan(LARGE.length);
      await closed();
    },
  );

  test('that break off end the answer, not the process', async () => {
    const { body } = await world.post(world.ann, 'mailMessages:attachment', { ticket: 1 }, await fileOf('Files', 1));
    const origin = await world.host.listen();
    // The large file comes in forty pieces: the tenth is never answered.
    const tenth = String.raw`BODY(?:\.PEEK)?\[3\]<${9 * 256 * 1024}\.`;
    world.box.control.failImap({ on: tenth, effect: { kind: 'reset' } });
    const response = await fetch(`${origin}${body.data.url}`);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    await closed();
    expect((await world.get(world.ann, 'mailMessages:list')).status).toBe(200);
  });

  test('and bodies wait for no sync: they have a connection of their own', async () => {
    const asked = await fileOf('Files', 0);
    await withLease(world.mail, world.accountId, 'sync', async () => {
      expect((await world.get(world.ann, 'mailMessages:attachment', asked)).status).toBe(200);
    });
  });
});
