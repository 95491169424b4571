/** Two processes of the app on one database, without a cluster adapter: work is done once, and nobody commits what is not his any more. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, carol } from '../../sandbox/outlook';
import { dialect } from '../harness';
import { connect } from '../harness/mailApp';
import { startAppProcess, type AppProcess } from '../harness/startAppProcess';
import { expectMirror, message, startMailApp, type MailApp, type Row } from '../server/sync/mailApp';

/** Somebody takes over: a lease of a minute runs out, and he looks every five seconds. Twice as long, on a busy machine. */
const soon = { timeout: 130_000, interval: 200 };

let app: MailApp;
const processes: AppProcess[] = [];

beforeAll(async () => {
  // Its own worker rests: it installs, connects and looks on.
  app = await startMailApp();
});
afterAll(async () => {
  for (const one of processes) {
    one.thaw();
    await one.kill();
  }
  await app?.stop();
});

const letters = (count: number) => Array.from({ length: count }, () => ({ raw: message() }));
const logins = (user: string) =>
  app.box.control.state().imapCommands.filter((seen) => seen.user === user && seen.command.startsWith('AUTHENTICATE'))
    .length;
const holderOf = ({ syncHolder }: Row) => processes.find(({ pid }) => String(syncHolder).split(':').includes(`${pid}`));

test('every account is synced and watched by exactly one of two processes', async () => {
  const owners = [alice, bob, carol].map(({ upn }) => upn);
  for (const owner of owners) await app.box.mail.seed(owner, 'INBOX', letters(120));
  await connect(app.test, app.box, bob.upn);
  await connect(app.test, app.box, carol.upn);
  processes.push(...(await Promise.all([startAppProcess(app), startAppProcess(app)])));

  const stored = () => app.rows('mailMessages', { vanishedAt: null });
  await expect.poll(async () => (await stored()).length, { timeout: 180_000 }).toBe(360);
  const connected = () =>
    app.box.control
      .state()
      .imapConnections.map(({ user }) => user)
      .sort();
  // A pass is connected too: who watches is told by the claims.
  const watched = async () => (await app.rows('mailAccounts')).every(({ pushEpoch }) => Number(pushEpoch) > 0);
  const onlyWatched = async () => ((await watched()) ? connected() : []);
  await expect.poll(onlyWatched).toEqual([...owners].sort());

  for (const owner of owners) await app.box.mail.append(owner, 'INBOX', message({ Subject: 'News' }));
  const news = () => app.rows('mailMessages', { subject: 'News' });
  await expect.poll(async () => (await news()).length).toBe(3);
  await expect.poll(onlyWatched).toEqual([...owners].sort());
  // Counted before the claims, since a pass may begin between the two.
  const seen = new Map(owners.map((owner) => [owner, logins(owner)]));
  for (const account of await app.rows('mailAccounts')) {
    // No login without a claim but the one that proved the mailbox when it was connected.
    const claims = Number(account.syncEpoch) + Number(account.pushEpoch);
    expect(seen.get(String(account.imapUser))).toBeLessThanOrEqual(claims + 1);
    expect(Number(account.pushEpoch)).toBe(1);
    expect(account).toMatchObject({ lastError: null, syncFailures: 0, state: 'active' });
  }
  await expectMirror(app);
}, 600_000);

// Two leases run out by the clock: on one database server that is long enough.
test.runIf(dialect === 'postgres')(
  'a process that stood still past its lease commits nothing, and one that was killed is replaced within the lease',
  async () => {
    const { control, mail } = app.box;
    const count = () => app.mail.db.getCollection('mailMessages').model.count({ where: { accountId: app.accountId } });
    const before = await count();
    // Slow enough to be in the middle of it for the whole test, from the first message on: it is heard of at once.
    control.setNetwork({ roundTripMs: 20, perItemMs: 100 });
    await mail.seed(app.owner, 'INBOX', letters(1500));
    await app.mail.db
      .getCollection('mailAccounts')
      .model.update({ nextSyncAt: new Date() }, { where: { id: app.accountId }, hooks: false, silent: true });
    // What was heard of borrows the lease for a moment; a pass stores one batch after another under the same one.
    let held = { epoch: 0, stored: 0 };
    const stores = async () => {
      const { syncEpoch, syncHolder } = await app.account();
      const now = { epoch: Number(syncEpoch), stored: await count() };
      if (now.epoch !== held.epoch) held = now;
      return syncHolder !== null && now.stored > held.stored;
    };
    await expect.poll(stores, { timeout: 120_000, interval: 200 }).toBe(true);

    const frozen = holderOf(await app.account())!;
    await freezeBetweenCommits(frozen);
    const { syncEpoch, syncUntil } = await app.account();
    const epoch = async () => Number((await app.account()).syncEpoch);
    await expect.poll(epoch, soon).toBe(Number(syncEpoch) + 1);
    expect(Date.now()).toBeGreaterThanOrEqual(new Date(syncUntil as string).getTime());
    const other = holderOf(await app.account())!;
    expect(other.pid).not.toBe(frozen.pid);

    frozen.thaw();
    const fenced = async () => /"code":"leaseLost"/.test(await frozen.logs());
    await expect.poll(fenced).toBe(true);
    expect(holderOf(await app.account())?.pid).toBe(other.pid);

    await other.kill();
    await expect.poll(epoch, soon).toBe(Number(syncEpoch) + 2);
    expect(holderOf(await app.account())?.pid).toBe(frozen.pid);

    control.setNetwork('instant');
    await expect.poll(count, { timeout: 180_000 }).toBe(before + 1500);
    const settled = async () => (await app.rows('mailMessages', { preview: null })).length;
    await expect.poll(settled, { timeout: 120_000 }).toBe(0);
    await expectMirror(app);
  },
  900_000,
);

/** Between two commits: in the middle of one the database itself keeps the others out until it ends. */
async function freezeBetweenCommits(one: AppProcess): Promise<void> {
  const model = app.mail.db.getCollection('mailAccounts').model;
  for (;;) {
    one.freeze();
    const free = await Promise.race([
      model
        .update({ address: app.owner }, { where: { id: app.accountId }, hooks: false, silent: true })
        .then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000)),
    ]);
    if (free) return;
    one.thaw();
  }
}
