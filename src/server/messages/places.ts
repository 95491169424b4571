/** How many connections one account may hold for reading: a mailbox allows only so many, and sync needs some of them. */
import { SECOND } from '../../shared/constants';
import type { MailContext } from '../context';
import { MailError } from '../errors';

interface Held {
  taken: number;
  /** Called in turn with the place that became free. */
  waiting: Set<() => void>;
}

/** A few places by key, given in the order they were asked for. */
export class Places {
  private readonly held = new Map<string, Held>();

  /**
   * @param most places of one key at a time
   * @param patience how long to wait for one, in milliseconds; 0 does not wait
   */
  constructor(
    private readonly most: number,
    private readonly patience: number,
  ) {}

  /**
   * @returns gives the place back; harmless when called again
   * @throws MailError throttled `tooManyOpened` where none became free in time
   */
  async take(key: string): Promise<() => void> {
    const held = this.held.get(key) ?? { taken: 0, waiting: new Set() };
    this.held.set(key, held);
    if (held.taken < this.most) held.taken += 1;
    else await this.wait(held);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.giveBack(key, held);
    };
  }

  private wait({ waiting }: Held): Promise<void> {
    if (this.patience === 0) return Promise.reject(new MailError('throttled', 'tooManyOpened', { who: 'user' }));
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        waiting.delete(go);
        reject(new MailError('throttled', 'tooManyOpened', { who: 'user' }));
      }, this.patience);
      const go = () => {
        clearTimeout(limit);
        resolve();
      };
      waiting.add(go);
    });
  }

  private giveBack(key: string, held: Held): void {
    const [next] = held.waiting;
    if (next) {
      // The place goes from hand to hand: nobody can come between.
      held.waiting.delete(next);
      next();
      return;
    }
    held.taken -= 1;
    if (held.taken === 0) this.held.delete(key);
  }
}

/** Places by account. Downloads may last for as long as a reader is slow, so they never stand in the way of bodies. */
interface ReadingPlaces {
  downloads: Places;
  bodies: Places;
}

const placesByApp = new WeakMap<MailContext, ReadingPlaces>();

/** The places of an app: several apps may share a process. */
export function readingPlacesOf(mail: MailContext): ReadingPlaces {
  let places = placesByApp.get(mail);
  if (!places) {
    placesByApp.set(mail, (places = { downloads: new Places(3, 0), bodies: new Places(3, 20 * SECOND) }));
  }
  return places;
}
