/** The calls to the server for components; what fails is an ApiError, shown by the caller and never by the host. */
import { useMemo } from 'react';
import type { Application } from '@nocobase/client-v2';
import { useFlowEngine } from '@nocobase/flow-engine';
import { mailApi, type MailApi } from './calls';

export { ApiError, errorView, toApiError } from './apiError';
export { mailApi, type MailApi, type ThreadQuery } from './calls';

/** The application, for components. */
export const useApp = (): Application => useFlowEngine().context.app;

/** The calls, for components; stable between renders. */
export function useApi(): MailApi {
  const { context } = useFlowEngine();
  return useMemo(() => mailApi(context.api), [context]);
}
