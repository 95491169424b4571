/** Finds queued mail that is due and submits it, one account at a time. */
import { HOUR, MINUTE, SECOND, WORK_LOOKUP_INTERVAL } from '../../shared/constants';
import type { MailContext, Worker } from '../context';
import { loggable, MailError } from '../errors';
import { deliverAccount } from './delivery';
import { lookForReports } from './reports/lookForReports';
import { sweepSpool } from './sweep';
import { accountsWithWork, failOrphans, untilNextDue } from './waiting';

/** Accounts that are served at the same time by one process. */
const PARALLEL_ACCOUNTS = 4;
/** How often newly stored mail is looked at for delivery failures, and the spool for what nobody needs. */
const REPORT_INTERVAL = MINUTE;
const SWEEP_INTERVAL = HOUR;
/** How long a stop waits for submissions whose end has left; what is cut then is found as uncertain. */
const STOP_PATIENCE = 15 * SECOND;

/** Starts looking for mail to deliver: at once when woken, when the next mail is due, and every few seconds in case nobody told. */
export function startDelivery(mail: MailContext): Worker {
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;

  const look = () => {
    if (stopping.signal.aborted) return;
    if (looking) {
      again = true;
      return;
    }
    clearTimeout(timer);
    looking = lookOnce()
      .catch((error: unknown) => {
        mail.log.error('looking for mail to deliver failed', { error: loggable(error) });
        return WORK_LOOKUP_INTERVAL;
      })
      .then((delay) => {
        looking = undefined;
        if (stopping.signal.aborted) return;
        timer = setTimeout(look, again ? 0 : delay);
        timer.unref();
        again = false;
      });
  };

  let waiting: string[] = [];
  let turns = 0;
  /** When each account had its last turn: one with endless mail comes after those that had none yet. */
  const lastTurn = new Map<string, number>();
  const serve = () => {
    while (running.size < PARALLEL_ACCOUNTS && !stopping.signal.aborted) {
      const accountId = waiting.shift();
      if (accountId === undefined) return;
      lastTurn.set(accountId, (turns += 1));
      const work = deliverAccount(mail, accountId, stopping.signal)
        .catch((error: unknown) => mail.log.error('delivery failed', { accountId, error: loggable(error) }))
        .finally(() => {
          running.delete(accountId);
          serve();
        });
      running.set(accountId, work);
    }
  };

  const side = new Map<string, { since: number; work: Promise<void> | undefined }>();
  /** Side work from time to time; no mail waits for it. */
  const every = (interval: number, name: string, run: () => Promise<unknown>) => {
    const now = mail.now().getTime();
    const earlier = side.get(name);
    if (earlier?.work || now - (earlier?.since ?? 0) < interval || stopping.signal.aborted) return;
    const work = run()
      .catch((error: unknown) => mail.log.error(`${name} failed`, { error: loggable(error) }))
      .then(() => void side.set(name, { since: now, work: undefined }));
    side.set(name, { since: now, work });
  };

  const lookOnce = async () => {
    const found = new Set(await accountsWithWork(mail));
    for (const accountId of lastTurn.keys()) if (!found.has(accountId)) lastTurn.delete(accountId);
    const turnOf = (accountId: string) => lastTurn.get(accountId) ?? 0;
    waiting = [...found].filter((accountId) => !running.has(accountId)).sort((a, b) => turnOf(a) - turnOf(b));
    serve();
    await failOrphans(mail);
    every(REPORT_INTERVAL, 'reports', () => lookForReports(mail));
    every(SWEEP_INTERVAL, 'sweep', () => sweepSpool(mail));
    return untilNextDue(mail);
  };

  timer = setTimeout(look, 0);
  timer.unref();
  return {
    wake: look,
    stop: async () => {
      clearTimeout(timer);
      stopping.abort(new MailError('transient', 'stopping'));
      await looking;
      let patience: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, STOP_PATIENCE);
      });
      const aside = [...side.values()].map(({ work }) => work);
      await Promise.race([Promise.all([...running.values(), ...aside]), enough]);
      clearTimeout(patience);
    },
  };
}
