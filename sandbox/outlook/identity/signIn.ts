/** The steps between the authorize request and the way back to the app: account, password, consent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InteractionDetails, Provider } from 'oidc-provider';
import type { SandboxUser } from '../fixtures';
import type { Directory } from './directory';
import { AADSTS, entraError } from './errors';
import type { ErrorSpec } from './errors';
import { readForm, sendHtml } from './http';
import { accountPage, adminApprovalPage, consentPage, emailPage, errorPage, passwordPage } from './pages';
import { parseScope } from './scopes';
import type { IdentityState } from './state';

export const SIGN_IN_PATH = /^\/sandbox\/signin\/([^/]+)(?:\/(\w+))?$/;

const WRONG_PASSWORD = 'Your account or password is incorrect.';
const UNKNOWN_USER = "We couldn't find an account with that username.";

interface Step {
  req: IncomingMessage;
  res: ServerResponse;
  details: InteractionDetails;
  base: string;
}

export class SignIn {
  constructor(
    private readonly provider: Provider,
    private readonly directory: Directory,
    private readonly state: IdentityState,
  ) {}

  async handle(req: IncomingMessage, res: ServerResponse, pathname: string): Promise<void> {
    const action = SIGN_IN_PATH.exec(pathname)?.[2];
    const details = await this.provider.interactionDetails(req, res);
    const step: Step = { req, res, details, base: `/sandbox/signin/${details.uid}` };
    if (req.method !== 'POST') return this.show(step);
    const form = await readForm(req);
    const user = this.directory.userByUpn(form.get('loginfmt') ?? '');
    if (action === 'choose') return this.choose(step, form.get('account') ?? '');
    if (action === 'other') return sendHtml(res, emailPage(step.base));
    if (action === 'email') {
      const email = form.get('loginfmt') ?? '';
      return sendHtml(res, user ? passwordPage(step.base, user.upn) : emailPage(step.base, email, UNKNOWN_USER));
    }
    if (action === 'login') {
      if (!user || user.password !== form.get('passwd') || this.directory.isDisabled(user)) {
        return sendHtml(res, passwordPage(step.base, form.get('loginfmt') ?? '', WRONG_PASSWORD));
      }
      return this.signedIn(step, user);
    }
    if (action === 'cancel') return this.refuse(step, AADSTS.declined);
    if (action === 'refused') return this.refuse(step, this.refusal(step) ?? AADSTS.declined);
    if (action === 'consent' && details.session && !this.refusal(step)) return this.consent(step);
    return this.show(step);
  }

  private async show(step: Step): Promise<void> {
    const { res, base, details } = step;
    if (details.prompt.name === 'consent') return this.showConsent(step);
    const known = this.directory.userByOid(details.session?.accountId);
    const hinted = this.directory.userByUpn(details.params.login_hint ?? '');
    const choosing = details.params.prompt === 'select_account';
    if (known && (choosing || !hinted)) {
      const accounts = hinted && hinted !== known ? [known, hinted] : [known];
      return sendHtml(res, accountPage(base, accounts));
    }
    const page = hinted ? passwordPage(base, hinted.upn) : emailPage(base, details.params.login_hint);
    return sendHtml(res, page);
  }

  private async choose(step: Step, oid: string): Promise<void> {
    const user = this.directory.userByOid(oid);
    if (!user) return sendHtml(step.res, emailPage(step.base));
    const signedIn = step.details.session?.accountId === user.oid && !this.directory.isDisabled(user);
    return signedIn ? this.signedIn(step, user) : sendHtml(step.res, passwordPage(step.base, user.upn));
  }

  private async signedIn(step: Step, user: SandboxUser): Promise<void> {
    await this.finish(step, { select_account: {}, login: { accountId: user.oid } }, false);
  }

  private async showConsent(step: Step): Promise<void> {
    const { res, base, details } = step;
    const user = this.directory.userByOid(details.session?.accountId);
    const refusal = this.refusal(step);
    const app = this.directory.client(details.params.client_id)?.name ?? details.params.client_id;
    if (!user) return this.refuse(step, AADSTS.userDisabled);
    if (refusal?.code === AADSTS.adminConsent.code) return sendHtml(res, adminApprovalPage(base, user, app));
    if (refusal) return sendHtml(res, errorPage(entraError(refusal), base));
    if (this.state.autoConsent) return this.consent(step);
    return sendHtml(res, consentPage(base, user, app, this.askedScopes(details)));
  }

  /** Why this account cannot use the app here, if it cannot. */
  private refusal({ details }: Step): ErrorSpec | undefined {
    const user = this.directory.userByOid(details.session?.accountId);
    const client = this.directory.client(details.params.client_id);
    if (!user || !client) return undefined;
    const refused = this.directory.refuseUser(client, details.params.sandbox_tenant ?? 'common', user);
    return refused ?? (this.state.adminConsentRequired ? AADSTS.adminConsent : undefined);
  }

  private askedScopes(details: InteractionDetails): string[] {
    const { openid, resources } = parseScope(details.params.sandbox_scope ?? details.params.scope ?? '');
    return [...[...resources.values()].flat(), ...openid];
  }

  private async consent(step: Step): Promise<void> {
    const { details } = step;
    const accountId = details.session?.accountId ?? '';
    const stored = details.grantId ? await this.provider.Grant.find(details.grantId) : undefined;
    const grant = stored ?? new this.provider.Grant({ accountId, clientId: details.params.client_id });
    grant.addOIDCScope('openid profile email offline_access');
    const { resources } = parseScope(details.params.sandbox_scope ?? details.params.scope ?? '');
    for (const [resource, names] of resources) grant.addResourceScope(resource, names.join(' '));
    const grantId = await grant.save();
    await this.finish(step, { consent: { grantId } }, true);
  }

  private async refuse(step: Step, spec: ErrorSpec): Promise<void> {
    const { error, error_description } = entraError(spec);
    await this.finish(step, { error, error_description }, false);
  }

  private async finish({ req, res }: Step, result: Record<string, unknown>, merge: boolean): Promise<void> {
    await this.provider.interactionFinished(req, res, result, { mergeWithLastSubmission: merge });
  }
}
