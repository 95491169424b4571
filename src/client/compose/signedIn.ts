/** What becomes of mails being written when somebody signs out, or somebody else signs in on the same page. */
import type { Application } from '@nocobase/client-v2';
import { deskOf } from './desk';
import { forgetUnsaved, userOfToken } from './unsaved';

/** The user who is signed in. */
export const viewerOf = (app: Application): string | null => userOfToken(app.apiClient.auth.token);

const counts = new WeakMap<Application, number>();

/** How often the page has passed to nobody or to somebody else: what was begun before is not kept any more. */
export const handovers = (app: Application): number => counts.get(app) ?? 0;

/** Who signs out leaves nothing in the browser; a lost sign-in leaves all of it, but to nobody else. */
export function forgetAtSignOut(app: Application): void {
  let last: string | null = null;
  const handOver = () => {
    // First: windows that close would keep what is in them.
    counts.set(app, handovers(app) + 1);
    deskOf(app).closeAll();
  };
  app.apiClient.axios.interceptors.response.use((response) => {
    const url = response.config.url ?? '';
    if (url.includes('auth:signOut')) {
      handOver();
      forgetUnsaved(localStorage);
    } else if (url.includes('auth:signIn')) {
      const { data } = (response.data ?? {}) as { data?: { token?: string } };
      const next = userOfToken(data?.token);
      if (last && next && next !== last) handOver();
    } else last = viewerOf(app) ?? last;
    return response;
  });
}
