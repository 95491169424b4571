import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice } from '../../../sandbox/outlook/fixtures';
import { withLogin } from '../../../src/server/accounts/credentials';
import { accountBind } from '../../../src/server/accounts/rows';
import type { MailContext } from '../../../src/server/context';
import { pluginOf, type Agent } from '../../harness';
import { answerOf, ORIGIN, startWorld, type World } from '../accounts/world';

/** Everything that must be found nowhere, by what it is. */
const secrets: Record<string, string> = {};
const answers: string[] = [];
let world: World;
let mail: MailContext;

/** Sends a request and keeps its whole answer, headers but the browser's own cookie included. */
async function send(
  agent: Agent,
  action: string,
  values: object,
  query: object = {},
): Promise<{ body: { data: Record<string, string> } }> {
  const response = await agent.post(`/api/${action}`).set('Origin', ORIGIN).query(query).send(values);
  const { 'set-cookie': _cookie, ...headers } = response.headers as Record<string, unknown>;
  answers.push(JSON.stringify(headers), response.text);
  return response as never;
}

beforeAll(async () => {
  world = await startWorld();
  const { app, sandbox } = world;
  mail = pluginOf(app).mail;
  const { agent: root } = await app.root();
  const user = await app.createUser();
  const stranger = await app.createUser();

  secrets['client secret'] = sandbox.settings.clientSecret;
  await world.configure();
  const { clientId, clientSecret } = sandbox.settings;
  const registration = { name: 'microsoft', clientId, clientSecret, accountTypes: 'common' };
  // Refused before a handler of ours runs, mistyped, and misused: the host logs those as well.
  for (const agent of [app.guest(), stranger.agent]) await send(agent, 'mailProviders:save', registration);
  await send(root, 'mailProviders:save', { ...registration, clientId: 'x' });
  for (const action of ['create', 'update', 'nonsense']) await send(root, `mailProviders:${action}`, registration);
  await send(root, 'mailProviders:list', {});
  await send(root, 'mailProviders:verify', { name: 'microsoft' });

  const connect = async () => {
    const { body } = await send(user.agent, 'mailAccounts:connect', {
      provider: 'microsoft',
      returnPath: '/admin/mail',
    });
    return answerOf(await sandbox.signIn(body.data.authorizeUrl ?? '', alice.upn));
  };
  const answer = await connect();
  secrets['code'] = answer.code ?? '';
  for (const agent of [app.guest(), stranger.agent]) await send(agent, 'mailAccounts:finish', answer);
  await send(root, 'mailAccounts:nonsense', answer);
  const finished = await send(user.agent, 'mailAccounts:finish', answer);
  await send(user.agent, 'mailAccounts:finish', answer);
  const refused = await connect();
  secrets['code that was refused'] = refused.code ?? '';
  sandbox.control.failToken({ error: 'invalid_grant', code: 70000 });
  await send(user.agent, 'mailAccounts:finish', refused);

  const id = finished.body.data.accountId ?? '';
  await send(user.agent, 'mailAccounts:list', {});
  const { model } = mail.db.getCollection('mailAccounts');
  const remember = async (when: string) => {
    const row = await model.findOne({ where: { id } });
    const credentials = await mail.decrypt(row?.get('credentials') as string, accountBind(id));
    const cache = JSON.parse(credentials) as Record<
      'AccessToken' | 'RefreshToken' | 'IdToken',
      Record<string, { secret: string }>
    >;
    for (const kind of ['AccessToken', 'RefreshToken', 'IdToken'] as const) {
      for (const { secret } of Object.values(cache[kind])) secrets[`${kind} ${when}`] = secret;
    }
  };
  await remember('at first');
  await withLogin({ ...mail, now: () => new Date(Date.now() + 56 * 60_000) }, id, 'imap', async () => undefined);
  await remember('renewed');
  sandbox.control.failToken({ html: `<html>${secrets['client secret']}</html>`, status: 502 });
  await withLogin({ ...mail, now: () => new Date(Date.now() + 57 * 60_000) }, id, 'imap', async () => undefined).catch(
    () => undefined,
  );
});
afterAll(() => world?.stop());

test('there is something to look for', () => {
  expect(Object.keys(secrets).sort()).toEqual(
    [
      'AccessToken at first',
      'AccessToken renewed',
      'IdToken at first',
      'IdToken renewed',
      'RefreshToken at first',
      'RefreshToken renewed',
      'client secret',
      'code',
      'code that was refused',
    ].sort(),
  );
  for (const value of Object.values(secrets)) expect(value.length).toBeGreaterThan(20);
  expect(secrets['RefreshToken at first']).not.toBe(secrets['RefreshToken renewed']);
});

const places: [string, () => string][] = [
  ['no answer', () => answers.join('\n')],
  ['no line of the log at debug level', () => world.app.logs.text()],
  ['no push to a browser', () => JSON.stringify(world.app.pushed)],
  ['no byte of the database', () => readFileSync((mail.db.options as { storage: string }).storage, 'latin1')],
];

test.each(places)('%s holds a secret, a code or a token', (_place, read) => {
  const text = read();
  expect(text.length).toBeGreaterThan(100);
  expect(Object.keys(secrets).filter((name) => text.includes(secrets[name] ?? ''))).toEqual([]);
});
