/** A secret may stand in a variable of the server's environment, which is named in its place: `{{ $env.NAME }}`. Pure. */
const REFERENCE = /^\{\{\s*\$env\.[A-Za-z_]\w*\s*\}\}$/;

export const REFERENCE_EXAMPLE = '{{ $env.MAIL_CLIENT_SECRET }}';

/** Whether a secret is such a reference. */
export const isEnvironmentReference = (text: string): boolean => REFERENCE.test(text.trim());

/** Whether a text was meant to name a variable and does not: as it is it would be sent as the secret itself. */
export const isBrokenReference = (text: string): boolean =>
  /\{\{|\}\}|\$env\b/.test(text) && !isEnvironmentReference(text);
