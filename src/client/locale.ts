/** Words: every string comes from src/locale, and every error of the server becomes a sentence and who must act. */
import { useMemo } from 'react';
import { tExpr as hostExpression, useFlowEngine } from '@nocobase/flow-engine';
import { NAMESPACES } from '../shared/constants';
import type { Translate } from './errorText';

export { errorText, type ErrorText, type Translate } from './errorText';

/** For `define()` and `registerFlow()`, which translate later. */
export const tExpr = (key: string): string => hostExpression(key, { ns: NAMESPACES });

/** The translator of the current language; stable between renders. */
export function useT(): Translate {
  const { context } = useFlowEngine();
  return useMemo(() => translator((key, options) => context.t(key, options)), [context]);
}

/** A translator over the host's `t`, for models and plugin code. */
export function translator(t: (key: string, options: Record<string, unknown>) => string): Translate {
  // React escapes what it prints; escaped twice, an apostrophe would read &#39;.
  return (key, values) => t(key, { ns: NAMESPACES, ...values, interpolation: { escapeValue: false } });
}
