/** A mailbox worth looking at: a few hundred messages of the last sixty days, the same ones for the same `now`. */
import { folderName } from '../imap/folders';
import type { FolderRole } from '../imap/folders';
import type { SandboxUser } from '../fixtures';
import type { NewMessage } from '../imap/wire';
import { bulk } from './bulk';
import { conversations } from './mailbox';
import type { Place, Placed } from './mailbox';
import { Random } from './random';

const SEED = 20_260_714;
const ROUNDS = 5;

/** What seeding needs of a sandbox. */
export interface SeedTarget {
  users: SandboxUser[];
  mail: { seed(user: string, mailbox: string, messages: Iterable<NewMessage>): Promise<number> };
}

/** The messages of the demo mailbox, oldest first, by where they lie. */
export function demoMailbox(user: SandboxUser, now: Date): Map<Place, NewMessage[]> {
  const owner = { user, now, random: new Random(SEED) };
  const all: Placed[] = [...conversations(owner, ROUNDS), ...bulk(owner)];
  all.sort((one, two) => one.date.getTime() - two.date.getTime());
  const places = new Map<Place, NewMessage[]>();
  for (const { place, message } of all) {
    const messages = places.get(place) ?? [];
    messages.push(message);
    places.set(place, messages);
  }
  return places;
}

/** Fills a user's mailbox with the demo and says how many messages it holds. */
export async function seedDemo(sandbox: SeedTarget, user: string, now: Date): Promise<number> {
  const owner = sandbox.users.find(({ upn }) => upn.toLowerCase() === user.toLowerCase());
  if (!owner) throw new Error(`The sandbox has no user ${user}`);
  let count = 0;
  for (const [place, messages] of demoMailbox(owner, now)) {
    const mailbox = place === 'inbox' ? 'INBOX' : folderName(place satisfies FolderRole, owner.language);
    count += await sandbox.mail.seed(owner.upn, mailbox, messages);
  }
  return count;
}
