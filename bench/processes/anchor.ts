/** Bare imapflow doing the same work, in a fresh process: what the library, the server and the wire cost by themselves. */
import { ImapFlow, type FetchMessageObject, type MessageStructureObject, type SearchObject } from 'imapflow';
import { ENVELOPE_HEADERS } from '../../src/server/imap/envelope';
import { serve } from './rpc';

let client: ImapFlow;

const ENVELOPES = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  headers: ENVELOPE_HEADERS,
};
/** Messages of one FETCH of texts: a longer list of UIDs makes a line that servers refuse. */
const TEXT_BATCH = 250;

/** What an anchor took. */
export interface Anchor {
  ms: number;
  /** Processor time of the whole process. */
  cpuMs: number;
  messages: number;
}

async function timed(work: () => Promise<number>): Promise<Anchor> {
  const started = performance.now();
  const used = process.cpuUsage();
  const messages = await work();
  const { user, system } = process.cpuUsage(used);
  return { messages, ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

async function envelopes(each: (row: FetchMessageObject) => void = () => undefined): Promise<number> {
  let count = 0;
  for await (const row of client.fetch('1:*', ENVELOPES)) {
    each(row);
    count++;
  }
  return count;
}

/** Sections of the texts a reader sees. */
function textSections(node: MessageStructureObject, found: string[] = []): string[] {
  if (node.childNodes) {
    for (const child of node.childNodes) if (child.type !== 'message/rfc822') textSections(child, found);
  } else if (/^text\/(plain|html)$/.test(node.type) && node.disposition !== 'attachment') found.push(node.part ?? '1');
  return found;
}

/** What the benchmark asks of bare imapflow. */
export const anchorHandlers = {
  /** Everything before the measured work. */
  async open({ host, port, user, token }: { host: string; port: number; user: string; token: string }) {
    const options = { logger: false, disableAutoIdle: true, disableCompression: true } as const;
    client = new ImapFlow({ host, port, secure: true, auth: { user, accessToken: token }, ...options });
    client.on('error', () => undefined);
    await client.connect();
    const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
    return exists;
  },
  /** The items a list and a thread need, of every message, in one FETCH. */
  envelopes: () => timed(() => envelopes()),
  /** The same, and then the text parts, one FETCH for many messages with the same sections. */
  texts: () =>
    timed(async () => {
      const alike = new Map<string, number[]>();
      const count = await envelopes(({ uid, bodyStructure }) => {
        const key = bodyStructure ? textSections(bodyStructure).join(' ') : '';
        const uids = alike.get(key);
        if (uids) uids.push(uid);
        else alike.set(key, [uid]);
      });
      for (const [sections, uids] of alike) {
        if (!sections) continue;
        for (let from = 0; from < uids.length; from += TEXT_BATCH) {
          const some = uids.slice(from, from + TEXT_BATCH).join(',');
          const query = { uid: true, bodyParts: sections.split(' ') };
          for await (const row of client.fetch(some, query, { uid: true }))
            if (!row.bodyParts) throw new Error('No text');
        }
      }
      return count;
    }),
  searches: ({ queries }: { queries: SearchObject[] }) =>
    timed(async () => {
      let found = 0;
      for (const query of queries) {
        const uids = await client.search(query, { uid: true });
        if (!uids) throw new Error('SEARCH was refused');
        found += uids.length;
      }
      return found;
    }),
};
export type AnchorHandlers = typeof anchorHandlers;

serve(anchorHandlers, async () => client?.close());
