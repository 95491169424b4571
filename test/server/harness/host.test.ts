import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, hostRequire, type PluginClass, type TestApp, withCollections } from '../../harness';

const { Plugin } = hostRequire('@nocobase/server') as typeof import('@nocobase/server');

class Probe extends Plugin {
  override async load() {
    this.app.resourceManager.define({
      name: 'probe',
      actions: {
        who: async (ctx, next) => {
          this.log.debug('a line of the probe');
          this.app.emit('ws:sendToUser', { userId: ctx.state.currentUser.id, message: { type: 'probe' } });
          ctx.body = { id: ctx.state.currentUser.id, rows: await this.db.getRepository('probeRows').count() };
          await next();
        },
      },
    });
    this.app.acl.allow('probe', 'who', 'loggedIn');
  }
}

let running: TestApp;

beforeAll(async () => {
  const plugin = withCollections(Probe as unknown as PluginClass, [
    { name: 'probeRows', fields: [{ type: 'string', name: 'title' }] },
  ]);
  running = await createTestApp({ plugin });
});

afterAll(() => running?.stop());

test('a signed-in user reaches an action of the plugin and its collection', async () => {
  const user = await running.createUser();
  const { body } = await user.agent.get('/api/probe:who').expect(200);
  expect(body.data).toEqual({ id: user.id, rows: 0 });
});

test('a guest is refused', async () => {
  await running.guest().get('/api/probe:who').expect(401);
});

test('users get the roles they are given', async () => {
  await running.createRole({ name: 'reader', snippets: ['!ui.*'] });
  const user = await running.createUser({ roles: ['reader'] });
  const { body } = await user.agent.get('/api/roles:check').set('X-Role', 'reader').expect(200);
  expect(body.data.role).toBe('reader');
});

test('logs at debug level and pushes to browsers are at hand', async () => {
  const { agent, id } = await running.root();
  await agent.get('/api/probe:who').expect(200);
  expect(running.logs.text()).toContain('a line of the probe');
  expect(running.pushed.at(-1)).toEqual({ userId: id, message: { type: 'probe' } });
});

test('the app answers on a real listener', async () => {
  const origin = await running.listen();
  const response = await fetch(`${origin}/api/probe:who`);
  expect(response.status).toBe(401);
});
