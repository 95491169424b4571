/** The loopback HTTP server nobody outside uses: introspection for Dovecot and the control API. */
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './identity/http';
import type { Tokens } from './identity/tokens';
import { listen } from './net/ports';

/** An action of the control API: the request's JSON in, the answer's JSON out. */
export type Action = (args: never) => unknown;

export interface SideDoor {
  port: number;
  introspectionUrl: string;
  controlUrl: string;
  /** Opens the API once the parts it steers are there. */
  offer(tokens: Tokens, actions: Record<string, Action>): void;
  stop(): Promise<void>;
}

export async function openSideDoor(port: number): Promise<SideDoor> {
  let tokens: Tokens | undefined;
  let actions: Record<string, Action> = {};

  async function introspect(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const bearer = (req.headers.authorization ?? '').replace(/^Bearer /i, '');
    const form = new URLSearchParams((await readBody(req)).toString());
    const token = form.get('token') ?? (bearer || url.searchParams.get('token') || '');
    const checked = await tokens?.check(token, 'IMAP.AccessAsUser.All').catch(() => undefined);
    if (!checked) return sendJson(res, 200, { active: false, error: 'invalid_token' });
    const upn = checked.user.upn.toLowerCase();
    sendJson(res, 200, { active: true, scope: checked.scopes.join(' '), username: upn, upn, exp: checked.payload.exp });
  }

  async function act(req: IncomingMessage, res: ServerResponse, name: string): Promise<void> {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) return sendJson(res, 404, { error: `no action ${name}`, actions: Object.keys(actions) });
    // A page in a browser cannot send JSON to another origin without asking first.
    if (req.method === 'POST' && !/^application\/json/.test(req.headers['content-type'] ?? '')) {
      return sendJson(res, 415, { error: 'send application/json' });
    }
    try {
      const text = req.method === 'POST' ? (await readBody(req)).toString() : '';
      const result: unknown = await action(JSON.parse(text || '{}') as never);
      sendJson(res, 200, { result: result ?? null });
    } catch (error) {
      sendJson(res, 400, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  const server = http.createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const name = /^\/control\/?(\w*)$/.exec(url.pathname)?.[1];
    const done =
      url.pathname === '/introspect'
        ? introspect(req, res, url)
        : name === undefined || !['GET', 'POST'].includes(req.method ?? '') || (req.method === 'GET' && name)
          ? Promise.resolve(sendJson(res, 404, { error: 'not found' }))
          : act(req, res, name || 'state');
    done.catch(() => res.destroy());
  });
  const actual = await listen(server, port);
  const base = `http://127.0.0.1:${actual}`;
  return {
    port: actual,
    introspectionUrl: `${base}/introspect`,
    controlUrl: `${base}/control`,
    offer(withTokens, withActions) {
      tokens = withTokens;
      actions = withActions;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
