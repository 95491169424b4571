import { describe, expect, test } from 'vitest';
import { alice, bob } from '../../../sandbox/outlook/fixtures';
import type { TestUser } from '../../harness';
import { answerOf, connect, data, finish, refusal, start, worldForAll, type World } from './world';

let world: World;
let user: TestUser;

worldForAll((started, created) => ([world, user] = [started, created]));

const rows = (collection: string) => world.app.app.db.getCollection(collection).model.findAll({ raw: true });

describe('signing in again', () => {
  const reconnect = async (id: string, upn: string) => {
    const { authorizeUrl } = await data<{ authorizeUrl: string }>(
      user.agent
        .post('/api/mailAccounts:reconnect')
        .query({ filterByTk: id })
        .set('Origin', 'http://localhost:13000')
        .send({ returnPath: '/admin/mail' }),
    );
    return { authorizeUrl, status: await finish(user, answerOf(await world.sandbox.signIn(authorizeUrl, upn))) };
  };

  test('renews the account and offers its address', async () => {
    const { accountId } = await connect(world, user, alice.upn);
    const { authorizeUrl, status } = await reconnect(accountId ?? '', alice.upn);
    expect(new URL(authorizeUrl).searchParams.get('login_hint')).toBe(alice.upn);
    expect(status).toMatchObject({ state: 'done', accountId });
  });

  test('after Microsoft renamed the account, opens the mailbox by its new name from then on', async () => {
    const { accountId } = await connect(world, user, alice.upn);
    const { model } = world.app.app.db.getCollection('mailAccounts');
    const old = 'alice.before@contoso.onmicrosoft.com';
    await model.update({ address: old, imapUser: old, smtpUser: old }, { where: { id: accountId }, hooks: false });
    const { authorizeUrl } = await start(user);
    const status = await finish(user, answerOf(await world.sandbox.signIn(authorizeUrl, alice.upn)));
    expect(status).toMatchObject({ state: 'done', accountId, address: alice.upn });
    const stored = await model.findOne({ where: { id: accountId }, raw: true });
    expect(stored).toMatchObject({ address: alice.upn, imapUser: alice.upn, smtpUser: alice.upn });
  });

  test('with another account is refused, with both names, and changes nothing', async () => {
    const { accountId } = await connect(world, user, alice.upn);
    const before = await rows('mailAccounts');
    const { status } = await reconnect(accountId ?? '', bob.upn);
    expect(status).toMatchObject({
      state: 'failed',
      error: { code: 'otherAccount', params: { expected: alice.upn, actual: bob.upn } },
    });
    expect(await rows('mailAccounts')).toEqual(before);
  });

  test('to the account of another user is not possible', async () => {
    const { accountId } = await connect(world, user, alice.upn);
    const other = await world.app.createUser();
    const request = other.agent
      .post('/api/mailAccounts:reconnect')
      .query({ filterByTk: accountId })
      .send({ returnPath: '/' });
    expect(await refusal(request)).toMatchObject({ code: 'notFound' });
  });
});
