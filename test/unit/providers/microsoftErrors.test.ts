import { InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import { describe, expect, test } from 'vitest';
import { MailError } from '../../../src/server/errors';
import {
  MEANINGS,
  REGISTRATION_CODES,
  translateMsalError,
  translateRedirect,
  translateRefusal,
} from '../../../src/server/providers/microsoft/errors';
import english from '../../../src/locale/en-US.json';
import ukrainian from '../../../src/locale/uk-UA.json';

const REFERENCE = '6f1b4c1e-9a52-4c8e-9a39-0d3f5b1c2e77';

/** AADSTS number → what it means, one line for each class of Microsoft's table. */
const table: [number, code: string, kind: string, who: string][] = [
  [65004, 'signInCancelled', 'reauthorize', 'user'],
  [65001, 'consentRequired', 'reauthorize', 'user'],
  [90094, 'adminConsentRequired', 'permanent', 'administrator'],
  [90095, 'adminConsentRequired', 'permanent', 'administrator'],
  [650057, 'permissionsMissing', 'permanent', 'administrator'],
  [500011, 'permissionsMissing', 'permanent', 'administrator'],
  [65006, 'permissionCheckFailed', 'transient', 'nobody'],
  [50011, 'redirectUriUnknown', 'permanent', 'administrator'],
  [700016, 'clientIdUnknown', 'permanent', 'administrator'],
  [50194, 'accountTypesMismatch', 'permanent', 'administrator'],
  [9002332, 'accountTypesMismatch', 'permanent', 'administrator'],
  [90002, 'tenantUnknown', 'permanent', 'administrator'],
  [7000215, 'secretWrong', 'permanent', 'administrator'],
  [7000222, 'secretExpired', 'permanent', 'administrator'],
  [7000218, 'secretRefused', 'permanent', 'administrator'],
  [9002325, 'redirectUriNotWeb', 'permanent', 'administrator'],
  [700084, 'redirectUriNotWeb', 'permanent', 'administrator'],
  [28000, 'scopeRequestRefused', 'permanent', 'us'],
  [70011, 'scopeRequestRefused', 'permanent', 'us'],
  [70000, 'permissionChanged', 'reauthorize', 'user'],
  [700082, 'signInUnused', 'reauthorize', 'user'],
  [50173, 'signInEnded', 'reauthorize', 'user'],
  [54005, 'signInEnded', 'reauthorize', 'user'],
  [50057, 'accountBlocked', 'reauthorize', 'user'],
  [50076, 'verificationNeeded', 'reauthorize', 'user'],
  [53003, 'blockedByPolicy', 'permanent', 'administrator'],
  [50105, 'notAssigned', 'permanent', 'administrator'],
  [50020, 'accountNotAllowed', 'permanent', 'user'],
  [500021, 'organisationBlocked', 'permanent', 'administrator'],
  [50196, 'tooManyTokenRequests', 'throttled', 'us'],
  [90033, 'microsoftBusy', 'transient', 'nobody'],
];

describe('a refusal by number', () => {
  test.each(table)('AADSTS%i is %s', (number, code, kind, who) => {
    // The number decides, whatever OAuth error it comes with.
    for (const error of ['invalid_grant', 'invalid_client', 'access_denied', '']) {
      expect(translateRefusal({ error, number })).toMatchObject({ code, kind, who, params: { number } });
    }
  });

  test('no number is listed twice', () => {
    const numbers = MEANINGS.flatMap(([, list]) => list);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('every code has a sentence in English and Ukrainian, and so has what no number names', () => {
    const codes = new Set([
      ...MEANINGS.map(([{ code }]) => code),
      ...REGISTRATION_CODES,
      'microsoftUnreachable',
      'microsoftUnexpected',
      'signInForged',
      'signInRefused',
      'scopeMissing',
      'wrongAudience',
      'noMailAddress',
    ]);
    for (const code of codes) {
      expect(english, code).toHaveProperty([`error.${code}`]);
      expect(ukrainian, code).toHaveProperty([`error.${code}`]);
    }
  });
});

describe('what MSAL throws', () => {
  const server = (error: string, number?: string, sub = '', status = 400) =>
    new ServerError(error, REFERENCE, 'AADSTS: text that is not read', sub, number, status);

  test.each<[string, unknown, string, string]>([
    [
      'a refresh token unused for 90 days, which is a plain ServerError',
      server('invalid_grant', '700082'),
      'signInUnused',
      'reauthorize',
    ],
    ['invalid_grant without a number we know', server('invalid_grant', '999999'), 'signInEnded', 'reauthorize'],
    [
      'invalid_grant with suberror bad_token',
      server('invalid_grant', undefined, 'bad_token'),
      'signInEnded',
      'reauthorize',
    ],
    [
      'a suberror that asks for verification',
      server('invalid_grant', undefined, 'basic_action'),
      'verificationNeeded',
      'reauthorize',
    ],
    ['a policy without a number', server('invalid_grant', undefined, 'message_only'), 'blockedByPolicy', 'permanent'],
    ['invalid_client without a number', server('invalid_client'), 'secretRefused', 'permanent'],
    ['unauthorized_client without a number', server('unauthorized_client'), 'clientIdUnknown', 'permanent'],
    [
      'a number that stands in the text only',
      new ServerError('invalid_client', REFERENCE, 'AADSTS7000222: expired'),
      'secretExpired',
      'permanent',
    ],
    [
      'interaction required, for no reason we know',
      new InteractionRequiredAuthError('odd_reason', REFERENCE),
      'signInEnded',
      'reauthorize',
    ],
    [
      'consent required',
      new InteractionRequiredAuthError('invalid_grant', REFERENCE, '', 'consent_required'),
      'consentRequired',
      'reauthorize',
    ],
    ['429', server('throttled', '50196', '', 429), 'microsoftBusy', 'throttled'],
    ['503', server('temporarily_unavailable', undefined, '', 503), 'microsoftBusy', 'transient'],
    ['no network', { errorCode: 'network_error', errorMessage: 'x' }, 'microsoftUnreachable', 'transient'],
    ['a page of a proxy', { errorCode: 'token_parsing_error' }, 'microsoftUnexpected', 'transient'],
    ['a bug in a parser', new TypeError('x is not iterable'), 'microsoftUnexpected', 'transient'],
    ['nothing at all', undefined, 'microsoftUnexpected', 'transient'],
    ['a nonce of another sign-in', { errorCode: 'nonce_mismatch' }, 'signInForged', 'reauthorize'],
  ])('%s', (_what, thrown, code, kind) => {
    expect(translateMsalError(thrown)).toMatchObject({ code, kind });
  });

  test('is not kept: its text may quote the reply', () => {
    const error = translateMsalError(new ServerError('invalid_grant', REFERENCE, 'AADSTS70000: eyJhbGciOi'));
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain('eyJ');
    expect(error.params).toEqual({ number: 70000, reference: REFERENCE });
  });

  test('a reference that is none is left out', () => {
    expect(translateMsalError({ errorCode: 'invalid_grant', correlationId: '<b>x</b>' }).params).toBeUndefined();
  });

  test('what is translated already stays as it is', () => {
    const error = new MailError('permanent', 'wrongAudience');
    expect(translateMsalError(error)).toBe(error);
  });
});

describe('the redirect back', () => {
  test.each([
    ['access_denied', 'AADSTS65004: User declined to consent. Trace ID: x', 'signInCancelled'],
    ['access_denied', 'the user canceled the authentication', 'signInCancelled'],
    ['access_denied', 'AADSTS90094: admin consent', 'adminConsentRequired'],
    ['invalid_client', 'AADSTS650052: needs access to a service', 'permissionsMissing'],
    ['server_error', '', 'microsoftBusy'],
    ['temporarily_unavailable', '', 'microsoftBusy'],
    ['<script>', 'AADSTS1: x', 'signInRefused'],
  ])('%s, %s', (error, description, code) => {
    expect(translateRedirect(error, description).code).toBe(code);
  });

  test('brings the reference for the administrator', () => {
    const { params } = translateRedirect(
      'access_denied',
      `AADSTS53003: blocked. Correlation ID: ${REFERENCE} Timestamp: x`,
    );
    expect(params).toEqual({ number: 53003, reference: REFERENCE });
  });
});
