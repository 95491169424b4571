import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRecordWorld, type RecordWorld } from './world';

let world: RecordWorld;
let offer: string;
let plan: string;
let secret: string;
let paper: string;
let linked: string;
let north: string;
let south: string;
const CONTENT = randomBytes(200_000);

beforeAll(async () => {
  world = await startRecordWorld();
  const { root, ben } = world;
  ({ id: offer } = await world.upload(root, 'attachments', 'Angebot Ä.pdf', CONTENT));
  ({ id: plan } = await world.upload(root, 'attachments', 'plan.pdf', 'plan'));
  ({ id: secret } = await world.upload(root, 'attachments', 'secret.pdf', 'secret'));
  ({ id: paper } = await world.upload(root, 'papers', 'paper.txt', 'paper'));
  ({ id: linked } = await world.upload(root, 'papers', 'linked.txt', 'linked'));
  expect(ben.id).not.toBe(root.id);
  const values = { files: [{ id: offer }], hiddenFiles: [{ id: secret }], paper: { id: paper } };
  const link = `/files/main/main/papers/${linked}.txt`;
  north = await world.create('orders', { number: 'N1', region: 'north', ...values, link });
  south = await world.create('orders', { number: 'S1', region: 'south', ...values, files: [{ id: plan }] });
});
afterAll(() => world?.stop());

const order = (id: string, field = 'files') => ({ collection: 'orders', id, field });
const attach = async (user: keyof RecordWorld & ('ann' | 'ben' | 'eve' | 'root'), file: object, draft?: string) =>
  world.call(world[user], 'mailOutbox:attach', { file }, draft ?? (await world.draft(world[user])));
const names = (answer: { data: { field: string; files: { filename: string }[] }[] }) =>
  Object.fromEntries(answer.data.map(({ field, files }) => [field, files.map(({ filename }) => filename)]));

describe('the files of a record', () => {
  test('are those of the fields that its reader may read, and of collections he may read', async () => {
    const record = { collection: 'orders', id: north };
    const { call, ann, ben, root } = world;
    expect(names(await call(ann, 'mailFiles:ofRecord', { record }))).toEqual({ files: ['Angebot Ä.pdf'] });
    const all = {
      ...{ files: ['Angebot Ä.pdf'], hiddenFiles: ['secret.pdf'] },
      ...{ paper: ['paper.txt'], link: ['linked.txt'] },
    };
    expect(names(await call(ben, 'mailFiles:ofRecord', { record }))).toEqual(all);
    expect(names(await call(root, 'mailFiles:ofRecord', { record }))).toEqual(all);
  });

  test.each([
    ['a record outside his rows', 'ann', () => ({ collection: 'orders', id: south })],
    ['a record of a collection he may not read', 'eve', () => ({ collection: 'orders', id: north })],
    ['a missing record', 'ben', () => ({ collection: 'orders', id: '99999' })],
    ['a collection that is not there', 'ben', () => ({ collection: 'nothing', id: '1' })],
    ['mail', 'root', () => ({ collection: 'mailAccounts', id: world.accounts.ann })],
    ['a malformed id', 'root', () => ({ collection: 'orders', id: "1' or 1=1" })],
  ] as const)('are not told of %s', async (_, user, record) => {
    expect(await world.call(world[user], 'mailFiles:ofRecord', { record: record() })).toMatchObject({
      status: 404,
      code: 'notFound',
    });
  });

  test.each([{}, { record: null }, { record: { collection: '../x', id: '1' } }, { record: { collection: 'orders' } }])(
    'are not looked for by %j',
    async (values) => expect((await world.call(world.root, 'mailFiles:ofRecord', values)).code).toBe('invalidInput'),
  );

  test('are told to nobody who is not signed in', async () => {
    const guest = world.host.guest();
    const { status } = await guest.post('/api/mailFiles:ofRecord').send({ record: order(north) });
    expect(status).toBe(401);
  });
});

describe('file collections', () => {
  test('are listed as far as the host lets their reader list them', async () => {
    const { call, ann, ben } = world;
    const own = { collection: 'attachments', title: null };
    expect((await call(ann, 'mailFiles:folders')).data).toEqual([own]);
    expect((await call(ben, 'mailFiles:folders')).data).toEqual([own, { collection: 'papers', title: 'Papers' }]);
    const found = await call(ben, 'mailFiles:list', { collection: 'papers', query: 'link' });
    expect(found.data).toMatchObject({ more: false, files: [{ collection: 'papers', id: linked, size: 6 }] });
    for (const collection of ['papers', 'orders', 'users', 'mailOutbox', 'nothing', 7]) {
      expect((await call(ann, 'mailFiles:list', { collection })).status).toBe(404);
    }
  });

  test('of uploads show everybody his own alone', async () => {
    const { call, eve, ann } = world;
    const { id } = await world.upload(eve, 'attachments', 'mine.txt', 'mine');
    expect((await call(eve, 'mailFiles:list', { collection: 'attachments' })).data.files).toMatchObject([
      { id, filename: 'mine.txt', size: 4 },
    ]);
    expect((await call(ann, 'mailFiles:list', { collection: 'attachments' })).data.files).toEqual([]);
    expect((await attach('eve', { collection: 'attachments', id })).data.attachments).toMatchObject([
      { filename: 'mine.txt', size: 4 },
    ]);
    expect((await attach('ann', { collection: 'attachments', id })).status).toBe(404);
  });

  test('come page by page', async () => {
    const { call, ben } = world;
    for (let number = 0; number < 31; number += 1) await world.upload(world.root, 'papers', `page ${number}.txt`, 'x');
    const first = await call(ben, 'mailFiles:list', { collection: 'papers', query: 'page' });
    const second = await call(ben, 'mailFiles:list', { collection: 'papers', query: 'page', page: 2 });
    expect([first.data.files.length, first.data.more]).toEqual([30, true]);
    expect([second.data.files.length, second.data.more]).toEqual([1, false]);
    expect(first.data.files[0].filename).toBe('page 30.txt');
  });
});

describe('attaching a file of the host', () => {
  test('copies its bytes into the private folder of the draft, by the name it was uploaded with', async () => {
    const draft = await world.draft(world.ann);
    const { status, data } = await attach('ann', { collection: 'attachments', id: offer, record: order(north) }, draft);
    expect(status).toBe(200);
    const [file] = data.attachments;
    expect(file).toMatchObject({ filename: 'Angebot Ä.pdf', size: CONTENT.length, contentId: null });
    const place = path.join(world.mail.storagePath, 'spool', draft, file.id);
    expect(readFileSync(place).equals(CONTENT)).toBe(true);
  });

  test.each([
    ['of a field that holds papers', 'ben', () => ({ collection: 'papers', id: paper, record: order(north, 'paper') })],
    [
      'that a field names by its address',
      'ben',
      () => ({ collection: 'papers', id: linked, record: order(north, 'link') }),
    ],
    ['of a file collection', 'ben', () => ({ collection: 'papers', id: paper })],
    [
      'of any field, by the administrator',
      'root',
      () => ({ collection: 'attachments', id: secret, record: order(north, 'hiddenFiles') }),
    ],
  ] as const)('takes one %s', async (_, user, file) => {
    expect((await attach(user, file())).data.attachments).toHaveLength(1);
  });

  test.each([
    [
      'of a record outside the rows of the role',
      'ann',
      () => ({ collection: 'attachments', id: plan, record: order(south) }),
    ],
    [
      'of a field the role may not read',
      'ann',
      () => ({ collection: 'attachments', id: secret, record: order(north, 'hiddenFiles') }),
    ],
    [
      'of a record whose collection the role may not read',
      'eve',
      () => ({ collection: 'attachments', id: offer, record: order(north) }),
    ],
    [
      'of a file collection the role may not read, by a field it may read',
      'ann',
      () => ({ collection: 'papers', id: paper, record: order(north, 'paper') }),
    ],
    [
      'of such a collection, named by its address',
      'ann',
      () => ({ collection: 'papers', id: linked, record: order(north, 'link') }),
    ],
    ['of such a collection, directly', 'ann', () => ({ collection: 'papers', id: paper })],
    ['that lies in another record', 'ann', () => ({ collection: 'attachments', id: plan, record: order(north) })],
    ['under the name of another collection', 'ben', () => ({ collection: 'papers', id: offer, record: order(north) })],
    ['that somebody else uploaded', 'ben', () => ({ collection: 'attachments', id: offer })],
    ['by a forged id', 'ben', () => ({ collection: 'papers', id: '999999999' })],
    [
      'of a field that holds no files',
      'ben',
      () => ({ collection: 'customers', id: '1', record: order(north, 'customer') }),
    ],
    ['of a collection that holds none', 'root', () => ({ collection: 'orders', id: north })],
    ['out of mail', 'root', () => ({ collection: 'mailOutbox', id: '1' })],
  ] as const)('refuses one %s', async (_, user, file) => {
    const draft = await world.draft(world[user]);
    expect(await attach(user, file(), draft)).toMatchObject({ status: 404, code: 'notFound' });
    expect((await world.call(world[user], 'mailOutbox:get', {}, draft)).data.attachments).toEqual([]);
  });

  test('refuses a draft of somebody else before it looks at the file', async () => {
    const draft = await world.draft(world.ben);
    for (const file of [{ collection: 'attachments', id: offer, record: order(north) }, 'nonsense']) {
      expect((await world.call(world.ann, 'mailOutbox:attach', { file }, draft)).status).toBe(404);
    }
  });

  test.each([
    ['an address', 'https://x.example/file.pdf'],
    ['a path', { path: '/etc/passwd', collection: 'attachments', id: 'etc' }],
    ['an id that is none', { collection: 'attachments', id: '../1' }],
    ['a record without a field', { collection: 'attachments', id: '1', record: { collection: 'orders', id: '1' } }],
  ])('takes no %s', async (_, file) => {
    expect((await attach('ben', file as object)).code).toBe('invalidInput');
  });

  test('counts the bytes that come, not what a row says of them', async () => {
    const large = await world.upload(world.eve, 'attachments', 'large.bin', randomBytes(3_500_000));
    const draft = await world.draft(world.eve);
    const file = { collection: 'attachments', id: large.id };
    expect((await attach('eve', file, draft)).code).toBe('attachmentsTooLarge');
    await world.host.app.db.getModel('attachments').update({ size: 10 }, { where: { id: large.id }, hooks: false });
    expect((await attach('eve', file, draft)).code).toBe('attachmentsTooLarge');
    expect(readdirSync(path.join(world.mail.storagePath, 'spool', draft))).toEqual([]);
  });

  test('never follows an address that somebody wrote into a row, nor a path out of the storage', async () => {
    const { eve } = world;
    const model = world.host.app.db.getModel('attachments');
    const { id } = await world.upload(eve, 'attachments', 'x.txt', 'x');
    await model.update({ url: 'http://127.0.0.1:9/secret' }, { where: { id }, hooks: false });
    expect((await attach('eve', { collection: 'attachments', id })).data.attachments).toMatchObject([{ size: 1 }]);
    await model.update({ path: '../../..', filename: 'etc/passwd' }, { where: { id }, hooks: false });
    expect((await attach('eve', { collection: 'attachments', id })).code).toBe('hostFileUnreadable');
  });

  test('follows no address of a field that is not one of this app', async () => {
    const papers = `/files/other/main/papers/${paper}.txt`;
    for (const link of ['https://x.example/papers/1.txt', `//x.example/files/main/main/papers/${paper}`, papers]) {
      const id = await world.create('orders', { number: 'L', region: 'north', link });
      expect(names(await world.call(world.root, 'mailFiles:ofRecord', { record: order(id) }))).toEqual({});
    }
  });

  test('says so when the file is gone from its storage', async () => {
    const { id } = await world.upload(world.eve, 'attachments', 'gone.txt', 'x');
    const model = world.host.app.db.getModel('attachments');
    await model.update({ filename: 'nowhere.txt' }, { where: { id }, hooks: false });
    expect(await attach('eve', { collection: 'attachments', id })).toMatchObject({
      status: 400,
      code: 'hostFileUnreadable',
    });
  });
});
