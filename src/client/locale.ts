/** Words: every string comes from src/locale, and every error of the server becomes a sentence and who must act. */
import { useMemo } from 'react';
import { tExpr as hostExpression, useFlowEngine } from '@nocobase/flow-engine';
import { NAMESPACES } from '../shared/constants';
import type { ErrorView } from '../shared/types';

/** Translates one of our keys; `{{name}}` in it is replaced from `values`. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

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

const WHO: Record<ErrorView['who'], string> = {
  nobody: 'Nothing to do: this settles by itself.',
  user: '',
  administrator: 'Your administrator has to act.',
  us: 'This is a fault of the plugin. Please report it with the reference above.',
};

export interface ErrorText {
  /** What happened and what to do, in plain words. */
  sentence: string;
  /** Who must act; empty where the sentence already speaks to the reader. */
  who: string;
}

/** The sentence of an error and who must act. An unknown code gives a general sentence that names the code. */
export function errorText(t: Translate, view: ErrorView): ErrorText {
  const key = `error.${view.code}`;
  const sentence = t(key, view.params);
  return {
    sentence: sentence === key ? t('error.unknown', { code: view.code }) : sentence,
    who: WHO[view.who] ? t(WHO[view.who]) : '',
  };
}
