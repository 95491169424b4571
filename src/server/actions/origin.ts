/** Under which address the browser of a request sees the app. */
import type { Context } from '@nocobase/actions';
import { publicOrigin, redirectUriOf } from '../accounts/returnPath';

/** The return address of sign-ins for this request: `<origin><APP_PUBLIC_PATH>admin/settings/mail/oauth2`. */
export function redirectUriFor(ctx: Context): string {
  const header = (name: string): string | undefined => ctx.get(name) || undefined;
  const origin = publicOrigin({
    origin: header('Origin'),
    referer: header('Referer'),
    forwardedProto: header('X-Forwarded-Proto'),
    forwardedHost: header('X-Forwarded-Host'),
    own: `${ctx.protocol}://${ctx.host}`,
  });
  return redirectUriOf(origin, process.env.APP_PUBLIC_PATH);
}
