/**
 * What Microsoft's refusals mean: by AADSTS number where there is one, else by OAuth error.
 * Texts and numbers: learn.microsoft.com/entra/identity-platform/reference-error-codes. Messages are never read for anything but their number.
 */
import type { ErrorKind, WhoActs } from '../../../shared/types';
import { MailError } from '../../errors';

/** What is known of a refusal, by whatever way it came. */
export interface Refusal {
  /** OAuth `error`, or MSAL's own code. */
  error: string;
  subError?: string;
  /** AADSTS number. */
  number?: number;
  httpStatus?: number;
  /** For the administrator, who finds the attempt in Entra's sign-in log by it. */
  correlationId?: string;
  /** MSAL says that only the user can go on. */
  interactionRequired?: boolean;
}

interface Meaning {
  code: string;
  kind: ErrorKind;
  who?: WhoActs;
}

const user = (code: string): Meaning => ({ code, kind: 'reauthorize', who: 'user' });
const administrator = (code: string): Meaning => ({ code, kind: 'permanent', who: 'administrator' });
const busy: Meaning = { code: 'microsoftBusy', kind: 'transient' };
const unreachable: Meaning = { code: 'microsoftUnreachable', kind: 'transient' };
const unexpected: Meaning = { code: 'microsoftUnexpected', kind: 'transient' };
const ourScopes: Meaning = { code: 'scopeRequestRefused', kind: 'permanent', who: 'us' };

/** [meaning, AADSTS numbers]. */
export const MEANINGS: readonly [Meaning, readonly number[]][] = [
  [user('signInCancelled'), [65004]],
  [user('consentRequired'), [65001]],
  [administrator('adminConsentRequired'), [90094, 90095]],
  [administrator('permissionsMissing'), [90008, 650052, 650054, 650056, 650057, 65005, 500011]],
  [{ code: 'permissionCheckFailed', kind: 'transient' }, [65006]],
  [administrator('redirectUriUnknown'), [50011, 500113, 900971, 70004]],
  [administrator('clientIdUnknown'), [700016, 700011, 7000112, 70001]],
  [administrator('accountTypesMismatch'), [50194, 9002332, 90130, 90124, 9001023]],
  [administrator('tenantUnknown'), [90002, 50128, 50059]],
  [administrator('secretWrong'), [7000215, 70002]],
  [administrator('secretExpired'), [7000222]],
  [administrator('secretRefused'), [7000218, 700025]],
  [administrator('redirectUriNotWeb'), [9002325, 9002326, 9002327, 700084]],
  [ourScopes, [28000, 28002, 28003, 700022, 700023, 70011, 900144]],
  [user('permissionChanged'), [70000]],
  [user('signInUnused'), [70008, 700082, 50089]],
  [user('signInEnded'), [50173, 50132, 50133, 70043, 54005, 501481, 50147]],
  [user('accountBlocked'), [50055, 50144, 50057, 50053, 50126]],
  [user('verificationNeeded'), [50076, 50074, 50079, 50072, 50078, 53004]],
  [administrator('blockedByPolicy'), [53000, 53001, 53002, 53003, 53011, 50131, 530032, 530035, 50005, 50097]],
  [administrator('notAssigned'), [50105]],
  [{ code: 'accountNotAllowed', kind: 'permanent', who: 'user' }, [50020, 50034, 16000, 51004, 500208, 90072]],
  [administrator('organisationBlocked'), [500021, 500022, 500212, 500213]],
  [{ code: 'tooManyTokenRequests', kind: 'throttled', who: 'us' }, [50196]],
  [busy, [90033, 90006, 90012, 90024, 90090, 50087, 50033, 70012, 90055]],
];

const BY_NUMBER = new Map(
  MEANINGS.flatMap(([meaning, numbers]) => numbers.map((number) => [number, meaning] as const)),
);

/** Suberrors and OAuth errors (RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6), for numbers we do not know. */
const BY_WORD = new Map<string, Meaning>([
  ['access_denied', user('signInCancelled')],
  ['consent_required', user('consentRequired')],
  ['basic_action', user('verificationNeeded')],
  ['additional_action', user('verificationNeeded')],
  ['message_only', administrator('blockedByPolicy')],
  ['protection_policy_required', administrator('blockedByPolicy')],
  ['user_password_expired', user('accountBlocked')],
  ['bad_token', user('signInEnded')],
  ['token_expired', user('signInEnded')],
  ['interaction_required', user('verificationNeeded')],
  ['login_required', user('signInEnded')],
  ['account_selection_required', user('signInEnded')],
  ['invalid_grant', user('signInEnded')],
  ['invalid_client', administrator('secretRefused')],
  ['unauthorized_client', administrator('clientIdUnknown')],
  ['invalid_resource', administrator('permissionsMissing')],
  ['invalid_tenant', administrator('tenantUnknown')],
  ['invalid_scope', ourScopes],
  ['temporarily_unavailable', busy],
  ['server_error', busy],
  // MSAL's own words.
  ['no_account_found', user('signInEnded')],
  ['no_account_in_silent_request', user('signInEnded')],
  ['no_tokens_found', user('signInEnded')],
  ['refresh_token_expired', user('signInEnded')],
  ['nonce_mismatch', user('signInForged')],
  ['state_mismatch', user('signInForged')],
  ['authority_uri_insecure', administrator('hostMalformed')],
  ['network_error', unreachable],
  ['no_network_connectivity', unreachable],
  ['endpoints_resolution_error', unreachable],
  ['openid_config_error', unreachable],
]);

/** Codes with which Microsoft refuses the app registration itself: the administrator's alarm, and no user's fault. */
export const REGISTRATION_CODES: readonly string[] = [
  'clientIdUnknown',
  'secretWrong',
  'secretExpired',
  'secretRefused',
  'accountTypesMismatch',
  'tenantUnknown',
  'redirectUriNotWeb',
];

/** Those of them that depend on the authority that is asked: the tenant in its path decides which apps and accounts it knows. */
export const AUTHORITY_CODES: readonly string[] = ['clientIdUnknown', 'accountTypesMismatch', 'tenantUnknown'];

function meaningOf(refusal: Refusal): Meaning {
  if (refusal.httpStatus === 429) return { code: 'microsoftBusy', kind: 'throttled' };
  const known = BY_NUMBER.get(refusal.number ?? 0) ?? BY_WORD.get(refusal.subError ?? '') ?? BY_WORD.get(refusal.error);
  if (known) return known;
  return refusal.interactionRequired ? user('signInEnded') : unexpected;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A refusal as a MailError. What nobody knows is taken for a passing trouble: trying again costs little, a needless reconnect much. */
export function translateRefusal(refusal: Refusal): MailError {
  const { code, kind, who } = meaningOf(refusal);
  const params: Record<string, string | number> = {};
  if (refusal.number) params.number = refusal.number;
  if (refusal.correlationId && GUID.test(refusal.correlationId)) params.reference = refusal.correlationId;
  return new MailError(kind, code, { who, ...(Object.keys(params).length > 0 && { params }) });
}

/** The AADSTS number in a text of Microsoft's, or undefined. */
export function aadstsNumber(text: string): number | undefined {
  const found = /\bAADSTS(\d{4,8})\b/.exec(text);
  return found ? Number(found[1]) : undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What MSAL (or fetch below it) threw, as a MailError. Read field by field and not kept as cause: its text may quote the reply. */
export function translateMsalError(thrown: unknown): MailError {
  if (thrown instanceof MailError) return thrown;
  if (typeof thrown !== 'object' || thrown === null) return translateRefusal({ error: '' });
  const error = thrown as Record<string, unknown>;
  const number = Number(error.errorNo);
  return translateRefusal({
    error: text(error.errorCode),
    subError: text(error.subError),
    number: Number.isInteger(number) && number > 0 ? number : aadstsNumber(text(error.errorMessage)),
    httpStatus: typeof error.status === 'number' ? error.status : undefined,
    correlationId: text(error.correlationId),
    interactionRequired: error.name === 'InteractionRequiredAuthError',
  });
}

/** The refusal on the redirect: `error` and `error_description` of the authorization response. */
export function translateRedirect(error: string, description: string): MailError {
  const correlationId = /Correlation ID:\s*([0-9a-f-]{36})/i.exec(description)?.[1];
  // A redirect is a person's attempt: what we do not know ends it, since nothing here will try again.
  const refusal = { error, number: aadstsNumber(description), correlationId };
  const translated = translateRefusal(refusal);
  if (translated.code !== 'microsoftUnexpected') return translated;
  return new MailError('transient', 'signInRefused', { who: 'user', params: translated.params });
}
