/** What a wish to move or remove does to those that are still pending. Pure. */

/** A mailbox of the message's own account, or away for good. */
export type Wish = { verb: 'move'; to: string } | { verb: 'remove' };

/** A pending move or removal of the message, oldest first. */
export interface EarlierOp {
  id: string;
  verb: 'move' | 'remove';
  to: string | null;
  /** It was sent to the server, and how it went is not known: it cannot be taken back, only followed by another one. */
  tried: boolean;
}

export interface WishFacts {
  /** Where the server has the message. */
  mailboxId: string | null;
  mailboxWanted: string | null;
  removeWanted: boolean;
  earlier: readonly EarlierOp[];
}

export interface WishPlan {
  /** Ops that are no longer wanted. */
  drop: string[];
  /** The op to add, from where the message will lie when its turn comes; null where nothing is left to do. */
  add: { verb: 'move' | 'remove'; from: string | null; to: string | null } | null;
  /** What the row shows from now on. */
  show: { mailboxWanted: string | null; removeWanted: boolean | null };
}

/** @returns null where the message is shown as wanted already, or is on its way out and cannot be held */
export function planWish(wish: Wish, facts: WishFacts): WishPlan | null {
  const { mailboxId, mailboxWanted, removeWanted, earlier } = facts;
  const sent = earlier.filter(({ tried }) => tried);
  if (sent.some(({ verb }) => verb === 'remove')) return null;
  const drop = earlier.filter(({ tried }) => !tried).map(({ id }) => id);
  // What was sent counts as done: its op says so before the next one is looked at.
  const from = sent.at(-1)?.to ?? mailboxId;
  if (wish.verb === 'remove') {
    if (removeWanted) return null;
    const show = { mailboxWanted: sent.length > 0 ? mailboxWanted : null, removeWanted: true };
    return { drop, add: { verb: 'remove', from, to: null }, show };
  }
  if (!removeWanted && (mailboxWanted ?? mailboxId) === wish.to) return null;
  const nothingLeft = sent.length === 0 && wish.to === mailboxId;
  const show = { mailboxWanted: nothingLeft ? null : wish.to, removeWanted: null };
  return { drop, add: wish.to === from ? null : { verb: 'move', from, to: wish.to }, show };
}
