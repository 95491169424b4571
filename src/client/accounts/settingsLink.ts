/** Whether the reader may open the email settings, and where they are. */
import { useApp } from '../api';
import { SETTINGS_PAGE_KEY } from '../../shared/constants';

/** Path of the settings page for those who may open it, else null. */
export function useSettingsPath(): string | null {
  const app = useApp();
  return app.pluginSettingsManager.hasAuth(SETTINGS_PAGE_KEY) ? `/admin/settings/${SETTINGS_PAGE_KEY}` : null;
}
