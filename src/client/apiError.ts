/** What fails in a call, as an error whose view becomes a sentence. Pure. */
import type { ErrorView } from '../shared/types';

/** What every call of the API throws. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly view: ErrorView,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
  ) {
    super(view.code);
  }
}

/** Anything thrown, as the view that {@link errorText} turns into a sentence. */
export function errorView(thrown: unknown): ErrorView {
  return thrown instanceof ApiError ? thrown.view : { code: 'bug', kind: 'permanent', who: 'us' };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * Reads our error view out of what the host's client threw; pure.
 * Errors that are not ours (no answer, a proxy's page, the host's own refusals) get codes of this side.
 */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const response = isRecord(thrown) && isRecord(thrown.response) ? thrown.response : null;
  if (!response) return new ApiError({ code: 'noAnswer', kind: 'transient', who: 'nobody' }, 0);
  const status = typeof response.status === 'number' ? response.status : 0;
  const errors = isRecord(response.data) && Array.isArray(response.data.errors) ? response.data.errors : [];
  const first: unknown = errors[0];
  if (isRecord(first) && typeof first.code === 'string' && typeof first.kind === 'string') {
    const { code, kind, who, params } = first as unknown as ErrorView;
    return new ApiError({ code, kind, who, ...(params && { params }) }, status);
  }
  if (status === 401) return new ApiError({ code: 'signedOut', kind: 'permanent', who: 'user' }, status);
  if (status === 403) return new ApiError({ code: 'forbidden', kind: 'permanent', who: 'administrator' }, status);
  if (status === 413) return new ApiError({ code: 'tooLarge', kind: 'permanent', who: 'user' }, status);
  if (status >= 500) return new ApiError({ code: 'serverUnavailable', kind: 'transient', who: 'nobody' }, status);
  return new ApiError({ code: 'refused', kind: 'permanent', who: 'us', params: { status } }, status);
}
