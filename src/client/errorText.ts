/** Turns an error of the server into a sentence and who must act. Pure. */
import type { ErrorView } from '../shared/types';

/** Translates one of our keys; `{{name}}` in it is replaced from `values`. */
export type Translate = (key: string, values?: Record<string, unknown>) => string;

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
  const sentence = t(key, wordsOf(t, view));
  return {
    sentence: sentence === key ? t('error.unknown', { code: view.code }) : sentence,
    who: WHO[view.who] ? t(WHO[view.who]) : '',
  };
}

/** The values of a sentence; the field of a recipient is named as the form names it. */
function wordsOf(t: Translate, { code, params }: ErrorView): ErrorView['params'] {
  const field = params?.field;
  return code === 'recipientInvalid' && typeof field === 'string' ? { ...params, field: t(field) } : params;
}
