/** Mail that is sent through cuts, kills, refusals and lost replies: each arrives once, or says truly why not or that nobody knows. */
import { Random } from '../../../sandbox/outlook/demo/random';
import { bob, type SmtpFault } from '../../../sandbox/outlook';
import { cleanMessageId } from '../../../src/server/submission/headers';
import { outboxModel } from '../../../src/server/submission/outbox';
import { submitMail } from '../../../src/server/submission/submit';
import { startMailApp, type MailApp, type Row } from '../../harness/mailApp';
import { spawnSync, type SyncChild } from '../../server/sync/syncChild';
import { until, type Counts, type TortureOptions } from '../world';

const REPLIES = [
  'busy',
  'timeout',
  'serviceUnavailable',
  'tooManyConnections',
  'authTemporary',
  'senderThreadLimit',
] as const;
const REFUSALS = [
  'recipientNotFound',
  'sendAsDeniedStore',
  'tooLarge',
  'quota',
  'spamBlocked',
  'submissionQuota',
] as const;
const DROPS = ['connect', 'auth', 'mail', 'rcpt', 'data', 'accepted', 'accepted'] as const;
const COPIES = ['normal', 'normal', 'late', 'missing', 'foreign', 'double'] as const;
const AT_ONCE = 3;

/** @returns what became of the mails, in numbers. @throws Error of the first mail that was doubled, lost or lied about */
export async function sends({ seed, sends: number }: TortureOptions): Promise<Counts> {
  const app = await startMailApp();
  const random = new Random(seed ^ 0x5e4d);
  let child: SyncChild | undefined;
  let kills = 0;
  try {
    const root = await app.test.root();
    await root.agent.post('/api/mailSettings:save').send({ messagesPerMinute: 1000 }).expect(200);
    await app.sync();
    for (let index = 0; index < number; index += AT_ONCE) {
      await disturb(app, random);
      for (let one = index; one < Math.min(number, index + AT_ONCE); one++) await submit(app, one);
      await passTime(app);
      child ??= await spawnSync(app, 'deliver');
      child.wake();
      if (random.chance(0.25)) {
        await tried(app, child, 1);
        await new Promise((resolve) => setTimeout(resolve, random.int(0, 200)));
        await child.kill();
        child = undefined;
        kills += 1;
      } else await tried(app, child, AT_ONCE);
    }
    child ??= await spawnSync(app, 'deliver');
    await settle(app, child);
    return { ...(await judge(app, number)), 'kills while sending': kills };
  } finally {
    await child?.kill();
    await app.stop();
  }
}

/** How many wait without ever having been tried. */
const untried = async (app: MailApp): Promise<number> =>
  (await app.rows('mailOutbox', { state: 'queued', attempts: 0 })).length;

/**
 * Waits until some of the new mails had their turn, so that what goes wrong meets a mail. An older one that fails before them may hold the
 * whole account back, longer than anybody waits here: time passes meanwhile.
 */
async function tried(app: MailApp, child: SyncChild, atLeast: number): Promise<void> {
  await until(`${atLeast} of them are tried`, async () => {
    await passTime(app, { lease: false });
    child.wake();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return (await untried(app)) <= AT_ONCE - atLeast;
  });
}

async function submit(app: MailApp, index: number): Promise<void> {
  const account = await app.account();
  await submitMail(
    app.mail,
    { userId: String(account.userId) },
    {
      ...{
        idempotencyKey: `send-${index}`,
        accountId: app.accountId,
        subject: `send ${index}`,
        text: 'x'.repeat(5000),
      },
      ...{ to: [{ name: '', address: bob.upn }], html: null },
      attachments: index % 5 === 0 ? [{ filename: 'a.bin', content: Buffer.alloc(40_000, index) }] : [],
    },
  );
}

/** Something that goes wrong next, or nothing; faults that found no victim strike a later mail. */
async function disturb({ box }: MailApp, random: Random): Promise<void> {
  const { control } = box;
  control.setSmtp({ sentCopy: random.pick(COPIES), rewriteMessageId: random.chance(0.3) });
  const chance = random.next();
  if (chance < 0.25) return;
  if (chance < 0.75) {
    const fault: SmtpFault =
      chance < 0.4
        ? { reply: random.pick(REPLIES) }
        : chance < 0.5
          ? { reply: random.pick(REFUSALS) }
          : { drop: random.pick(DROPS), reset: random.chance(0.5) };
    control.failSmtp(fault);
    return;
  }
  const kind = random.pick(['close', 'reset'] as const);
  control.failSmtpNetwork({ kind, afterBytes: Math.floor(2 ** (random.next() * 16)) });
}

/** As if the waits were over: the lease of whoever was killed, retries, looks into Sent, blocks. */
async function passTime({ mail, accountId }: MailApp, { lease = true } = {}): Promise<void> {
  const accounts = mail.db.getCollection('mailAccounts').model;
  const free = { deliveryUntil: null, credentialsUntil: null, sendBlocked: null };
  // Whoever was killed holds it no longer; one that lives does.
  if (lease) await accounts.update(free, { where: { id: accountId }, hooks: false, silent: true });
  const soon = { nextAttemptAt: new Date() };
  await outboxModel(mail).update(soon, { where: { state: ['queued', 'uncertain'] }, hooks: false, silent: true });
}

/** Ends all faults, files the copies that are late, and waits until nothing is on its way. */
async function settle(app: MailApp, child: SyncChild): Promise<void> {
  const { control } = app.box;
  await control.releaseSentCopies();
  control.clearFaults();
  const onTheWay = () => app.rows('mailOutbox', { state: ['queued', 'sending', 'draft'] });
  await until(
    'nothing is on its way',
    async () => {
      await passTime(app);
      child.wake();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return (await onTheWay()).length === 0;
    },
    180_000,
  ).catch(async (error: Error) => {
    const open = (await onTheWay()).map(({ state, subject, lastError }) => ({ state, subject, lastError }));
    throw new Error(`${error.message}: ${JSON.stringify(open.slice(0, 5))}`);
  });
  // Two more looks into Sent at what is uncertain.
  for (let look = 0; look < 2; look++) {
    await passTime(app);
    const due = new Date(Date.now() + 1);
    child.wake();
    const looked = async () =>
      (await app.rows('mailOutbox', { state: 'uncertain' })).every((row) => new Date(row.nextAttemptAt as Date) > due);
    await until('every uncertain mail is looked for', looked);
  }
}

/** Compares what rows say with what arrived at Bob's and what lies in Sent. */
async function judge(app: MailApp, number: number): Promise<Counts> {
  const rows = await app.rows('mailOutbox');
  const arrived = new Map<string, number>();
  for (const { subject } of (await app.box.mail.list(bob.upn, 'INBOX')).messages) {
    arrived.set(subject ?? '', (arrived.get(subject ?? '') ?? 0) + 1);
  }
  const sentIds = await idsInSent(app);
  const wrong = rows.flatMap((row) => lies(row, arrived.get(String(row.subject)) ?? 0, sentIds));
  if (rows.length !== number) wrong.push(`${rows.length} rows for ${number} mails`);
  if (wrong.length > 0) throw new Error(`${wrong.length} mails went wrong:\n  ${wrong.slice(0, 20).join('\n  ')}`);
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  return { sends: number, sent: count('sent'), failed: count('failed'), uncertain: count('uncertain') };
}

function lies(row: Row, arrived: number, sentIds: ReadonlySet<string>): string[] {
  const { state, subject, lastError, messageId, serverMessageId } = row;
  const name = `"${String(subject)}" (${String(state)})`;
  const found: string[] = [];
  if (arrived > 1) found.push(`${name} arrived ${arrived} times`);
  if (state === 'sent' && arrived !== 1) found.push(`${name} did not arrive`);
  if (state === 'failed' && arrived > 0) found.push(`${name} arrived all the same`);
  if (state === 'failed' && !(lastError as { code?: string } | null)?.code) found.push(`${name} has no reason`);
  const ours = [messageId, serverMessageId].map((id) => cleanMessageId(id as string | null));
  if (state === 'uncertain' && ours.some((id) => id && sentIds.has(id))) found.push(`${name} lies in Sent`);
  if (!['sent', 'failed', 'uncertain'].includes(String(state))) found.push(`${name} is in no last state`);
  return found;
}

async function idsInSent(app: MailApp): Promise<Set<string>> {
  const sources = await app.box.mail.sources(app.owner, 'Sent Items');
  const ids = new Set<string>();
  for (const source of sources.values()) {
    const head = source.toString('latin1').split('\r\n\r\n')[0] ?? '';
    for (const [, id] of head.matchAll(/^(?:X-Microsoft-Original-)?Message-ID:\s*(<[^>]+>)/gim)) ids.add(id!);
  }
  return ids;
}
