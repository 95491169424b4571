/** An error, as it crosses HTTP. */

export type ErrorKind = 'transient' | 'throttled' | 'reauthorize' | 'permanent';

export type WhoActs = 'nobody' | 'user' | 'administrator' | 'us';

/** An error as the browser sees it; the sentence for `code` is in src/locale under `error.<code>`. Holds no server text and no secret. */
export interface ErrorView {
  code: string;
  kind: ErrorKind;
  who: WhoActs;
  /** Values for the sentence: a host, a name, a number, a reference. */
  params?: Record<string, string | number>;
}
