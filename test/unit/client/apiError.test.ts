import { describe, expect, test } from 'vitest';
import { ApiError, errorView, toApiError } from '../../../src/client/apiError';
import { errorText } from '../../../src/client/errorText';

const answered = (status: number, data: unknown) => ({ response: { status, data } });

describe('what a call throws', () => {
  test('is the server’s view, without its message', () => {
    const view = { code: 'hostNotAllowed', kind: 'permanent', who: 'administrator', params: { host: 'x' } };
    const error = toApiError(answered(400, { errors: [{ ...view, message: 'text' }] }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error.view).toEqual(view);
    expect(error.status).toBe(400);
  });

  test.each([
    [new Error('Network Error'), 'noAnswer', 0],
    [answered(401, { errors: [{ code: 'EMPTY_TOKEN', message: 'x' }] }), 'signedOut', 401],
    [answered(403, { errors: [{ message: 'No permissions' }] }), 'forbidden', 403],
    [answered(413, '<html>'), 'tooLarge', 413],
    [answered(502, '<html>Bad Gateway</html>'), 'serverUnavailable', 502],
    [answered(418, null), 'refused', 418],
    [null, 'noAnswer', 0],
  ])('%j is told as %s', (thrown, code, status) => {
    expect(toApiError(thrown)).toMatchObject({ view: { code }, status });
  });

  test('stays what it is when it was read before, and is our fault when nobody knows it', () => {
    const error = toApiError(answered(401, null));
    expect(toApiError(error)).toBe(error);
    expect(errorView(new TypeError('x'))).toMatchObject({ code: 'bug', who: 'us' });
  });
});

describe('the sentence of an error', () => {
  const known: Record<string, string> = {
    'error.hostNotAllowed': 'Host {{host}} is not allowed.',
    'error.recipientInvalid': 'Одержувач {{position}} у полі {{field}}',
    Cc: 'Копія',
  };
  const t = (key: string, values: Record<string, unknown> = {}) =>
    (known[key] ?? key).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));

  test('is filled in, and says who must act', () => {
    const view = { code: 'hostNotAllowed', kind: 'permanent', who: 'administrator', params: { host: 'x' } } as const;
    expect(errorText(t, view)).toEqual({ sentence: 'Host x is not allowed.', who: 'Your administrator has to act.' });
  });

  test('names the field of a recipient as the form does', () => {
    const params = { field: 'Cc', position: 2 };
    const view = { code: 'recipientInvalid', kind: 'permanent', who: 'user', params } as const;
    expect(errorText(t, view).sentence).toBe('Одержувач 2 у полі Копія');
  });

  test('is a general one where a code has none', () => {
    expect(errorText(t, { code: 'new', kind: 'transient', who: 'user' })).toEqual({
      sentence: 'error.unknown',
      who: '',
    });
  });
});
