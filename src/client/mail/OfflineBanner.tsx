/** The browser has no network: what was loaded stays readable. */
import React, { useSyncExternalStore } from 'react';
import { Alert } from 'antd';
import { useT } from '../locale';

function subscribe(changed: () => void): () => void {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
}

export function OfflineBanner() {
  const t = useT();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <Alert
      banner
      type="warning"
      role="status"
      message={t('You are offline. What was loaded can be read; nothing can be sent or changed.')}
    />
  );
}
