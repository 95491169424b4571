/** Finishing a sign-in: posts the answer once and follows the server's state, which is what counts. Without React. */
import type { ConnectStatus, ErrorView } from '../../shared/types';
import { ApiError, errorView } from '../apiError';
import { dropAnswer, keepAnswer } from './signInAnswer';
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
/** Readings in a row that may fail once the answer to the post was lost. */
const MOST_MISSED = 10;

/** Nobody said what became of the request: a proxy gave up waiting, or the line broke. */
const isLost = (thrown: unknown): boolean =>
  thrown instanceof ApiError && ['noAnswer', 'serverUnavailable'].includes(thrown.view.code);

interface Finishing {
  post(): Promise<ConnectStatus>;
  status(connectId: string): Promise<ConnectStatus>;
  /** The sign-in this tab started, where it knows. */
  connectId: string | undefined;
  show(next: Finish): void;
  signal: AbortSignal;
}

/** Resolves when there is nothing more to show. */
export async function finishSignIn({ post, status, connectId, show, signal }: Finishing): Promise<void> {
  let over = false;
  let lost: unknown;
  const tell = (next: Finish) => {
    if (!signal.aborted) show(next);
  };
  const refuse = (thrown: unknown) => {
    over = true;
    tell({ step: 'refused', error: errorView(thrown) });
  };
  const tellStatus = (read: ConnectStatus) => {
    over = isOver(read.state);
    tell({ step: over ? 'over' : 'working', status: read });
  };

  /** Reads the state until it is final; errors on the way are nothing to show, the next round may do better. */
  const follow = async (id: string) => {
    for (let missed = 0; !over;) {
      await new Promise((resolve) => setTimeout(resolve, ROUND));
      if (over || signal.aborted) return;
      const read = await status(id).catch(() => null);
      if (over) return;
      missed = read ? 0 : missed + 1;
      // Still only started: the answer never reached the server.
      if (lost && (read?.state === 'started' || missed >= MOST_MISSED)) refuse(lost);
      else if (read) tellStatus(read);
    }
  };

  const answered = async () => {
    try {
      const read = await post();
      dropAnswer();
      if (over) return;
      tellStatus(read);
      if (!over && !connectId) await follow(read.connectId);
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.status === 401) {
        over = true;
        keepAnswer();
        tell({ step: 'signIn' });
        return;
      }
      dropAnswer();
      // The server may well go on: a mail server that does not answer takes longer than proxies wait.
      if (isLost(thrown) && connectId) lost = thrown;
      else refuse(thrown);
    }
  };

  await Promise.all([connectId && follow(connectId), answered()]);
}
