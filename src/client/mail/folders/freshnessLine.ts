/** What is said of one mailbox: how much of it is here, when it last changed, and how news arrive. Pure. */
import type { AccountView, MailboxView } from '../../../shared/types';

/** A sentence by its key in src/locale; times stay ISO: who shows the line formats them. */
export interface FreshnessPart {
  key: string;
  stored?: number;
  onServer?: number;
  time?: string;
  minutes?: number;
  tone?: 'good' | 'problem';
}

/** "120 of 340 on the server", or that all of it is here. Nothing where the server has not said how many there are. */
function amount({ stored, onServer }: MailboxView): FreshnessPart {
  if (onServer === null) return { key: stored === 1 ? '1 message' : '{{stored}} messages', stored };
  if (stored >= onServer) {
    if (stored === 0) return { key: 'Empty' };
    return { key: stored === 1 ? '1 message' : 'All {{stored}} messages', stored };
  }
  return { key: '{{stored}} of {{onServer}} on the server', stored, onServer };
}

/** How news of this mailbox arrive, or why not. @param minutes between two passes; null where unknown */
function arrival({ freshness }: MailboxView, minutes: number | null): FreshnessPart {
  switch (freshness) {
    case 'live':
      return { key: 'live', tone: 'good' };
    case 'paused':
      return { key: 'paused' };
    case 'off':
      return { key: 'not synchronised' };
    case 'failing':
      return { key: 'cannot be read', tone: 'problem' };
    case 'poll':
      if (minutes === null) return { key: 'every few minutes' };
      return minutes === 1 ? { key: 'every minute' } : { key: 'every {{minutes}} minutes', minutes };
  }
}

/** The line over a mailbox: amount · last change · how news arrive. Its account's state, where that is worse, is told elsewhere. */
export function freshnessLine(
  mailbox: MailboxView,
  account: Pick<AccountView, 'pollMinutes'> | undefined,
): FreshnessPart[] {
  const { freshness, lastChangeAt, stored } = mailbox;
  const off = freshness === 'off';
  return [
    ...(off && stored === 0 ? [] : [amount(mailbox)]),
    ...(lastChangeAt && !off ? [{ key: 'last change {{time}}', time: lastChangeAt }] : []),
    arrival(mailbox, account?.pollMinutes ?? null),
  ];
}
