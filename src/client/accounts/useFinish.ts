/** Finishing a sign-in on the callback page. */
import { useEffect, useState } from 'react';
import type { ConnectStatus } from '../../shared/types';
import { useApi, type MailApi } from '../api';
import { finishSignIn, type Finish } from './finishing';
import { currentAnswer, startedSignIn, type SignInAnswer } from './signInAnswer';

/** The request under way, shared by mounts of the same page: the answer works once. */
let posted: Promise<ConnectStatus> | null = null;

function post(api: MailApi, answer: SignInAnswer): Promise<ConnectStatus> {
  posted ??= api.accounts.finish(answer).finally(() => {
    posted = null;
  });
  return posted;
}

export function useFinish(): Finish {
  const api = useApi();
  const [finish, setFinish] = useState<Finish>(() =>
    currentAnswer() ? { step: 'working', status: null } : { step: 'nothing' },
  );

  useEffect(() => {
    const answer = currentAnswer();
    if (!answer) return;
    const away = new AbortController();
    void finishSignIn({
      post: () => post(api, answer),
      status: (connectId) => api.accounts.status(connectId, away.signal),
      connectId: startedSignIn()?.connectId,
      show: setFinish,
      signal: away.signal,
    });
    return () => away.abort();
  }, [api]);

  return finish;
}
