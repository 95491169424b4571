/** Starting a sign-in at Microsoft: in this tab, since pop-ups are blocked and lost. */
import { useCallback, useEffect, useState } from 'react';
import { App } from 'antd';
import type { ConnectStart } from '../../shared/types';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';
import { currentPath, rememberStarted, type StartedSignIn } from './signInAnswer';

export interface Connect {
  /** Set while the browser is about to leave. */
  leaving: boolean;
  connect(provider: string, options?: { startDate?: string; returnPath?: string }): Promise<void>;
  reconnect(account: { id: string; provider: string }, returnPath?: string): Promise<void>;
}

export function useConnect(): Connect {
  const t = useT();
  const api = useApi();
  const { message } = App.useApp();
  const [leaving, setLeaving] = useState(false);

  useEffect(() => {
    // Back from Microsoft, a browser may show the page again just as it was left.
    const onShow = ({ persisted }: PageTransitionEvent) => persisted && setLeaving(false);
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);

  const leave = useCallback(
    async (start: () => Promise<ConnectStart>, started: Omit<StartedSignIn, 'connectId'>) => {
      setLeaving(true);
      try {
        const { connectId, authorizeUrl } = await start();
        rememberStarted({ connectId, ...started });
        window.location.assign(authorizeUrl);
      } catch (thrown) {
        setLeaving(false);
        void message.error(errorText(t, errorView(thrown)).sentence, 8);
      }
    },
    [message, t],
  );

  return {
    leaving,
    connect: (provider, { startDate, returnPath = currentPath() } = {}) =>
      leave(() => api.accounts.connect({ provider, returnPath, ...(startDate && { startDate }) }), {
        provider,
        returnPath,
        startDate,
      }),
    reconnect: ({ id, provider }, returnPath = currentPath()) =>
      leave(() => api.accounts.reconnect(id, returnPath), { provider, accountId: id, returnPath }),
  };
}
