/** The reader's language for dates and numbers. */
import { useApp } from '../api';

/** A BCP 47 tag that Intl understands; English where the host's is unknown to it. */
export function useLanguage(): string {
  const app = useApp();
  const language = app.i18n.language;
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}
