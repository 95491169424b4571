/** The owner of the mailbox, who reads, flags, moves and removes in the browser: through the API, and with what he expects of it. */
import type { Random } from '../../sandbox/outlook/demo/random';
import { flagOf } from '../../src/server/sync/rows';
import type { MailApp, Row } from '../harness/mailApp';

/** What a message must be like once everything was pushed. */
export interface Wanted {
  /** Null where it was removed for good. */
  mailboxId: string | null;
  seen: boolean;
  flagged: boolean;
}

export class User {
  readonly made: Record<string, number> = {};

  constructor(
    private readonly app: MailApp,
    private readonly random: Random,
  ) {}

  /** One change of messages that nobody else touches; all of it must come true. */
  async changeOwn(own: Map<string, Wanted>, places: readonly string[]): Promise<void> {
    const { random } = this;
    const there = [...own].filter(([, wanted]) => wanted.mailboxId !== null);
    if (there.length === 0) return;
    const chosen = Array.from({ length: random.int(1, 4) }, () => random.pick(there));
    const ids = [...new Set(chosen.map(([id]) => id))];
    const kind = random.next();
    if (kind < 0.5) {
      const flags = this.flags();
      await this.post('setFlags', { ids, ...flags }, 200);
      for (const id of ids) own.set(id, { ...own.get(id)!, ...flags });
    } else if (kind < 0.93) {
      const mailboxId = random.pick(places);
      await this.post('move', { ids, to: { mailboxId } }, 200);
      for (const id of ids) own.set(id, { ...own.get(id)!, mailboxId });
    } else {
      await this.post('remove', { ids: [ids[0]!], permanently: true }, 200);
      own.set(ids[0]!, { ...own.get(ids[0]!)!, mailboxId: null });
    }
  }

  /** One change of messages that Outlook changes as well; how it ends is open. */
  async changeShared(rows: readonly Row[], places: readonly string[]): Promise<void> {
    const { random } = this;
    if (rows.length === 0) return;
    const ids = [...new Set(Array.from({ length: random.int(1, 4) }, () => random.pick(rows).id))];
    const kind = random.next();
    if (kind < 0.55) await this.post('setFlags', { ids, ...this.flags() });
    else if (kind < 0.85) await this.post('move', { ids, to: { mailboxId: random.pick(places) } });
    else if (kind < 0.95) await this.post('remove', { ids });
    else await this.post('remove', { ids, permanently: true });
  }

  private flags(): { seen: boolean } | { flagged: boolean } {
    const value = this.random.chance(0.5);
    return this.random.chance(0.5) ? { seen: value } : { flagged: value };
  }

  /** @param status that must be answered; without it a message may have gone meanwhile */
  private async post(action: string, values: object, status?: number): Promise<void> {
    const response = await this.app.user.agent.post(`/api/mailMessages:${action}`).send(values);
    const fine = status === undefined ? [200, 404] : [status];
    if (!fine.includes(response.status)) throw new Error(`${action} answered ${response.status}: ${response.text}`);
    if (response.status === 200) this.made[action] = (this.made[action] ?? 0) + 1;
  }
}

/** @returns what is not as the user wanted it, of messages that nobody else touched */
export async function unfulfilled(app: MailApp, own: ReadonlyMap<string, Wanted>): Promise<string[]> {
  const rows = new Map((await app.rows('mailMessages', { vanishedAt: null })).map((row) => [row.id, row]));
  const ops = await app.rows('mailOps');
  const wrong: string[] = [];
  for (const [id, wanted] of own) {
    const row = rows.get(id);
    if (wanted.mailboxId === null) {
      if (row) wrong.push(`message ${id} was removed and is still there`);
    } else if (!row) wrong.push(`message ${id} is lost`);
    else {
      const is = { mailboxId: String(row.mailboxId), seen: flagOf(row.seen), flagged: flagOf(row.flagged) };
      if (JSON.stringify(is) !== JSON.stringify(wanted)) {
        wrong.push(`message ${id} is ${JSON.stringify(is)} and was wanted ${JSON.stringify(wanted)}`);
      }
    }
  }
  for (const { id, messageRowId, state, verb, lastError } of ops) {
    const mine = own.has(String(messageRowId));
    if (state === 'pending') wrong.push(`change ${id} (${String(verb)}) still waits`);
    if (mine && state !== 'done')
      wrong.push(`change ${id} (${String(verb)}) is ${String(state)}, and nobody else was there`);
    if (state !== 'done' && !lastError)
      wrong.push(`change ${id} (${String(verb)}) is ${String(state)} and does not say why`);
  }
  return wrong;
}
