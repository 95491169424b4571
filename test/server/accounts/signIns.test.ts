import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_SIGN_INS, randomToken, signInById, storeSignIn } from '../../../src/server/accounts/signIns';
import type { MailContext } from '../../../src/server/context';
import { createTestApp, pluginOf, type TestApp } from '../../harness';

let app: TestApp;
let mail: MailContext;

beforeAll(async () => {
  app = await createTestApp();
  ({ mail } = pluginOf(app));
});
afterAll(() => app?.stop());

const begin = (userId: string) =>
  storeSignIn(
    mail,
    {
      userId,
      provider: 'microsoft',
      authority: 'https://login.microsoftonline.com/common',
      redirectUri: 'https://crm.example/admin/settings/mail/oauth2',
      returnPath: '/admin/mail',
      accountId: null,
      startDate: null,
    },
    { state: randomToken(), cookie: randomToken(), secrets: { codeVerifier: randomToken(), nonce: randomToken() } },
  );

test('sign-ins begun without end leave the newest of their user, and those of others', async () => {
  const other = await begin('2');
  const ids: string[] = [];
  for (let count = 0; count < MOST_SIGN_INS + 5; count++) ids.push(await begin('1'));
  const kept = await mail.db.getCollection('mailConnects').model.count({ where: { userId: '1' } });
  expect(kept).toBe(MOST_SIGN_INS);
  expect(await signInById(mail, '1', ids.at(-1) ?? '')).not.toBeNull();
  expect(await signInById(mail, '1', ids[0] ?? '')).toBeNull();
  expect(await signInById(mail, '2', other)).not.toBeNull();
});
