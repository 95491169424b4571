/** "Fetch mail now" for some accounts. */
import { useCallback, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { AccountView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { useMail } from '../live';
import { errorText, useT } from '../locale';

/** @param onDone everything shown is read again */
export function useFetchNow(
  accounts: readonly AccountView[],
  onDone: () => void,
): { run: () => void; running: boolean } {
  const t = useT();
  const api = useApi();
  const live = useMail();
  const { context } = useFlowEngine();
  const [asking, setAsking] = useState(false);
  const run = useCallback(() => {
    setAsking(true);
    const due = accounts.filter(({ storedState }) => storedState === 'active');
    void Promise.allSettled(due.map(({ id }) => api.accounts.sync(id)))
      .then(async (answers) => {
        const failed = answers.find((answer) => answer.status === 'rejected');
        if (failed) context.message.error(errorText(t, errorView(failed.reason)).sentence);
        await live.refresh();
        onDone();
      })
      .finally(() => setAsking(false));
  }, [accounts, api, context, live, onDone, t]);
  return { run, running: asking || accounts.some(({ state }) => state === 'syncing') };
}
