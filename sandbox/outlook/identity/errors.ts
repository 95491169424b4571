/** Error answers in Entra's shape. Match on the numbers: most texts beyond the quoted ones are from memory. */
import { randomUUID } from 'node:crypto';

export interface EntraError {
  error: string;
  error_description: string;
  error_codes: number[];
  timestamp: string;
  trace_id: string;
  correlation_id: string;
  error_uri: string;
  [extra: string]: unknown;
}

export interface ErrorSpec {
  error: string;
  code: number;
  text: string;
  suberror?: string;
}

export const AADSTS = {
  appNotFound: (clientId: string): ErrorSpec => ({
    error: 'unauthorized_client',
    code: 700016,
    text: `Application with identifier '${clientId}' was not found in the directory.`,
  }),
  wrongSecret: {
    error: 'invalid_client',
    code: 7000215,
    text: 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app.',
  },
  secretMissing: {
    error: 'invalid_client',
    code: 7000218,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  secretExpired: {
    error: 'invalid_client',
    code: 7000222,
    text: 'The provided client secret keys for app are expired. Visit the Azure portal to create new keys for your app.',
  },
  codeExpired: {
    error: 'invalid_grant',
    code: 70008,
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  codeReused: {
    error: 'invalid_grant',
    code: 54005,
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  codeOtherTenant: {
    error: 'invalid_grant',
    code: 700005,
    text: 'The provided authorization code is intended to use against other tenant, thus was rejected.',
  },
  wrongVerifier: {
    error: 'invalid_grant',
    code: 501481,
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  refreshTokenInvalid: {
    error: 'invalid_grant',
    code: 9002313,
    text: 'Invalid request. Request is malformed or invalid.',
  },
  refreshTokenIdle: {
    error: 'invalid_grant',
    code: 700082,
    text: 'The refresh token has expired due to inactivity. The token was issued some time ago and was inactive for 90.00:00:00.',
  },
  revoked: {
    error: 'invalid_grant',
    code: 50173,
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  userDisabled: { error: 'invalid_grant', code: 50057, text: 'The user account is disabled.' },
  consentMissing: {
    error: 'invalid_grant',
    code: 65001,
    suberror: 'consent_required',
    text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
  },
  declined: { error: 'access_denied', code: 65004, text: 'User declined to consent to access the app.' },
  adminConsent: {
    error: 'access_denied',
    code: 90094,
    text: 'An administrator of the organisation has set a policy that prevents you from granting the app the permissions it is requesting. Contact an administrator, who can grant permissions to this app on your behalf.',
  },
  twoResources: (scope: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 28000,
    text: `Provided value for the input parameter scope is not valid because it contains more than one resource. Scope ${scope} is not valid.`,
  }),
  scopeInvalid: (scope: string): ErrorSpec => ({
    error: 'invalid_scope',
    code: 70011,
    text: `The provided value for the input parameter 'scope' is not valid. The scope ${scope} is not valid.`,
  }),
  scopeUnknown: (scope: string): ErrorSpec => ({
    error: 'invalid_client',
    code: 650053,
    text: `The application asked for scope '${scope}' that doesn't exist on the resource.`,
  }),
  parameterMissing: (name: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 900144,
    text: `The request body must contain the following parameter: '${name}'.`,
  }),
  redirectMismatch: (uri: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 50011,
    text: `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application.`,
  }),
  tenantNotFound: (tenant: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 90002,
    text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  }),
  notMultiTenant: (clientId: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 50194,
    text: `Application '${clientId}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
  }),
  notForPersonal: (clientId: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 9002332,
    text: `Application '${clientId}' is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.`,
  }),
  notForWork: (clientId: string): ErrorSpec => ({
    error: 'invalid_request',
    code: 9002331,
    text: `Application '${clientId}' is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request.`,
  }),
  userNotInTenant: (upn: string, tenant: string): ErrorSpec => ({
    error: 'access_denied',
    code: 50020,
    text: `User account '${upn}' from identity provider does not exist in tenant '${tenant}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different user account.`,
  }),
  personalRefused: {
    error: 'access_denied',
    code: 500208,
    text: 'The domain is not a valid login domain for the account type.',
  },
  grantUnsupported: {
    error: 'unsupported_grant_type',
    code: 70003,
    text: 'The app requested an unsupported grant type.',
  },
} satisfies Record<string, ErrorSpec | ((detail: string, more: string) => ErrorSpec)>;

/** A full Entra error body with its trace and correlation ids. */
export function entraError(spec: ErrorSpec, extra: Record<string, unknown> = {}): EntraError {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    error: spec.error,
    error_description: `AADSTS${spec.code}: ${spec.text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [spec.code],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `https://login.microsoftonline.com/error?code=${spec.code}`,
    ...(spec.suberror ? { suberror: spec.suberror } : {}),
    ...extra,
  };
}

/** Entra's number for a refusal of oidc-provider, told apart by the library's own detail text. */
export function fromProvider(error: string, detail: string): ErrorSpec {
  if (error === 'invalid_client')
    return /secret must be provided/.test(detail) ? AADSTS.secretMissing : AADSTS.wrongSecret;
  if (error === 'invalid_target') return AADSTS.consentMissing;
  if (error === 'invalid_scope')
    return /missing requested/.test(detail) ? AADSTS.consentMissing : AADSTS.scopeInvalid(detail);
  if (error === 'unsupported_grant_type') return AADSTS.grantUnsupported;
  if (error === 'invalid_grant') {
    if (/already consumed/.test(detail)) return AADSTS.codeReused;
    if (/code_verifier/.test(detail)) return AADSTS.wrongVerifier;
    if (/grant not found/.test(detail)) return AADSTS.consentMissing;
    if (/account not found/.test(detail)) return AADSTS.userDisabled;
    if (/already used/.test(detail)) return AADSTS.revoked;
    if (/refresh token not found/.test(detail)) return AADSTS.refreshTokenInvalid;
    if (/refresh token is expired/.test(detail)) return AADSTS.refreshTokenIdle;
    return AADSTS.codeExpired;
  }
  return { error, code: 900144, text: detail || 'The request body must contain the required parameters.' };
}
