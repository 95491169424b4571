/** Finishing a sign-in on the callback page: posts the answer once and follows the server's state. */
import { useEffect, useState } from 'react';
import type { ConnectStatus, ErrorView } from '../../shared/types';
import { ApiError, errorView, useApi, type MailApi } from '../api';
import { currentAnswer, dropAnswer, keepAnswer, startedSignIn, type SignInAnswer } from './signInAnswer';
import { isOver } from './stages';

export type Finish =
  /** The page was opened without an answer of Microsoft's. */
  | { step: 'nothing' }
  /** NocoBase itself asks to sign in first. */
  | { step: 'signIn' }
  | { step: 'working'; status: ConnectStatus | null }
  | { step: 'over'; status: ConnectStatus }
  /** Refused before there was a state to tell of. */
  | { step: 'refused'; error: ErrorView };

/** How often progress is read. */
const ROUND = 700;

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
    let over = false;
    const show = (next: Finish) => {
      if (!away.signal.aborted) setFinish(next);
    };

    /** Reads the state until it is final; errors on the way are nothing to show, the next round may do better. */
    const follow = async (connectId: string) => {
      while (!over && !away.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, ROUND));
        if (over || away.signal.aborted) return;
        const status = await api.accounts.status(connectId, away.signal).catch(() => null);
        if (over || !status) continue;
        over = isOver(status.state);
        show({ step: over ? 'over' : 'working', status });
      }
    };

    const started = startedSignIn();
    if (started) void follow(started.connectId);
    post(api, answer)
      .then((status) => {
        dropAnswer();
        if (over) return undefined;
        over = isOver(status.state);
        show({ step: over ? 'over' : 'working', status });
        return over || started ? undefined : follow(status.connectId);
      })
      .catch((thrown: unknown) => {
        over = true;
        if (thrown instanceof ApiError && thrown.status === 401) {
          keepAnswer();
          show({ step: 'signIn' });
          return;
        }
        dropAnswer();
        show({ step: 'refused', error: errorView(thrown) });
      });
    return () => away.abort();
  }, [api]);

  return finish;
}
