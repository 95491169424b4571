import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { alice, bob, carol } from '../../../sandbox/outlook';
import { LIVE_EVENTS } from '../../../src/shared/constants';
import type { MailContext } from '../../../src/server/context';
import { lookForReports } from '../../../src/server/submission/reports/lookForReports';
import { spoolFolder } from '../../../src/server/spoolFolder';
import { sweepSpool } from '../../../src/server/submission/sweep';
import { startWorld, type World } from './world';

let world: World;
let number = 0;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(() => world.box.control.clearFaults());
afterAll(() => world?.stop());

/** Puts a mail into Alice's inbox and stores it. */
async function arrives(raw: (subject: string) => string): Promise<string> {
  const subject = `Undeliverable ${++number}`;
  await world.box.mail.append(alice.upn, 'INBOX', raw(subject).replace(/\r?\n/g, '\r\n'));
  await world.sync();
  const { model } = world.mail.db.getCollection('mailMessages');
  const found = await model.findOne({ where: { subject, accountId: world.accountId } });
  return String(found!.get('id'));
}

const report = (
  subject: string,
  { from = 'MAILER-DAEMON@mx.example', action = 'failed', returned = '', headers = '', recipient = bob.upn },
) => `From: Mail Delivery <${from}>
To: ${alice.upn}
Subject: ${subject}
Message-ID: <${subject.replace(/ /g, '.')}@mx.example>
${headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ${recipient}
Action: ${action}
Status: 5.1.1

${returned}--b--
`;
const sent = async (subject: string) => {
  const { id } = await world.queue({ to: [{ name: '', address: bob.upn }], subject });
  await world.deliver();
  return world.row(id);
};
const view = async (id: string) => (await world.ann.agent.get(`/api/mailOutbox:get?filterByTk=${id}`)).body.data;

describe('a delivery failure that comes back', () => {
  test('is shown on its mail, by the headers it returns', async () => {
    const row = await sent('one');
    const returned = `--b\nContent-Type: text/rfc822-headers\n\nSubject: one\nMessage-ID: ${row.messageId}\n\n`;
    const messageId = await arrives((subject) => report(subject, { returned }));
    world.host.pushed.length = 0;
    await lookForReports(world.mail);
    const bounces = [{ messageId, recipients: [bob.upn], status: '5.1.1', at: expect.any(String) }];
    expect(await view(row.id)).toMatchObject({ state: 'sent', bounces });
    expect(world.host.pushed.map(({ message }) => message.payload)).toContainEqual({
      accountId: world.accountId,
      outboxId: row.id,
    });
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toHaveLength(1);
  });

  test('of Exchange is known by the id that Outlook.com gave the mail, in a whole message returned', async () => {
    world.box.control.setSmtp({ rewriteMessageId: true });
    const row = await sent('two');
    const returned = `--b\nContent-Type: message/rfc822\n\nSubject: two\nMessage-ID: ${row.serverMessageId}\n\nhi\n`;
    const from = 'MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@contoso.onmicrosoft.com';
    await arrives((subject) => report(subject, { returned, from }));
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toMatchObject([{ recipients: [bob.upn] }]);
  });

  test.each([false, true])(
    'is shown on the message in Sent, its id rewritten by Outlook.com: %s',
    async (rewritten) => {
      world.box.control.setSmtp({ rewriteMessageId: rewritten });
      const row = await sent(`shown ${rewritten}`);
      await world.sync();
      const { model } = world.mail.db.getCollection('mailMessages');
      const where = { subject: `shown ${rewritten}`, accountId: world.accountId };
      const thread = async () => {
        const id = String((await model.findOne({ where }))!.get('threadId'));
        return (await world.ann.agent.get(`/api/mailThreads:get?filterByTk=${id}`)).body.data.messages;
      };

      expect(await thread()).toMatchObject([{ bounces: [] }]);
      const id = row.serverMessageId ?? row.messageId;
      await arrives((subject) =>
        report(subject, { returned: `--b\nContent-Type: message/rfc822\n\nMessage-ID: ${id}\n\nhi\n` }),
      );
      world.host.pushed.length = 0;
      await lookForReports(world.mail);
      expect(await thread()).toContainEqual(
        expect.objectContaining({ mailboxRole: 'sent', bounces: [expect.objectContaining({ recipients: [bob.upn] })] }),
      );
      expect(world.host.pushed.map(({ message }) => message.type)).toContain(LIVE_EVENTS.thread);
    },
  );

  test('that returns no headers is known by what it answers, and a letter by the id inside', async () => {
    const row = await sent('three');
    await arrives((subject) => report(subject, { headers: `In-Reply-To: ${row.messageId}\n` }));
    await arrives(
      (subject) =>
        `From: postmaster@old.example\nSubject: ${subject}\nMessage-ID: <${number}@old.example>\n\n` +
        `I was not able to deliver your message.\n\n--- Below this line is a copy:\nMessage-ID: ${row.messageId}\n`,
    );
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toMatchObject([{ recipients: [bob.upn] }, { recipients: [], status: null }]);
  });

  test('settles a mail whose fate was unknown: the server had taken it', async () => {
    world.box.control.setSmtp({ sentCopy: 'missing' });
    world.box.control.failSmtp({ drop: 'accepted' });
    const row = await sent('four');
    expect(row.state).toBe('uncertain');
    await arrives((subject) => report(subject, { headers: `References: ${row.messageId}\n` }));
    await lookForReports(world.mail);
    expect(await view(row.id)).toMatchObject({ state: 'sent', bounces: [{}] });
  });

  test.each([
    ['of a delay', { action: 'delayed' }],
    ['of success', { action: 'delivered' }],
    ['of a person', { from: carol.upn }],
    ['of another mail', { headers: 'In-Reply-To: <other@contoso.example>\n' }],
  ])('is none when it is a report %s', async (_name, changes) => {
    const row = await sent(`none ${number}`);
    await arrives((subject) => report(subject, { headers: `In-Reply-To: ${row.messageId}\n`, ...changes }));
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toEqual([]);
  });

  test.each(['postmaster@fabrikam.example', 'MicrosoftExchange329e71@fabrikam.example'])(
    'is none when it is an answer from %s, without a report and without the mail',
    async (from) => {
      const row = await sent(`answered ${number}`);
      await arrives(
        (subject) =>
          `From: ${from}\nSubject: ${subject}\nMessage-ID: <${number}@fabrikam.example>\n` +
          `In-Reply-To: ${row.messageId}\nReferences: ${row.messageId}\n\nThanks, I am away until Monday.\n`,
      );
      await lookForReports(world.mail);
      expect((await view(row.id)).bounces).toEqual([]);
    },
  );

  test('is not passed over where the clock of the process that stored it is behind', async () => {
    const row = await sent('behind');
    await arrives((subject) => report(subject, { headers: 'In-Reply-To: <other@contoso.example>\n' }));
    await lookForReports(world.mail);
    // Ids are made of the time.
    let small = 1_000_000;
    vi.spyOn(world.mail, 'newId').mockImplementation(() => String(++small));
    try {
      const id = await arrives((subject) => report(subject, { headers: `In-Reply-To: ${row.messageId}\n` }));
      await lookForReports(world.mail);
      expect((await view(row.id)).bounces).toMatchObject([{ messageId: id }]);
      expect(Number(id)).toBeLessThan(2_000_000);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test('waits while the mailbox cannot be read', async () => {
    const row = await sent('later');
    const id = await arrives((subject) => report(subject, { headers: `In-Reply-To: ${row.messageId}\n` }));
    world.box.control.failImap({ name: 'serverUnavailable', times: 0 });
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toEqual([]);
    world.box.control.clearFaults();
    await lookForReports(world.mail);
    expect((await view(row.id)).bounces).toMatchObject([{ messageId: id }]);
  });
});

test('the spool is swept of folders that nobody needs, once they are old', async () => {
  const folder = (name: string) => path.join(world.mail.storagePath, 'spool', name);
  const { body } = await world.post(world.ann, 'save', null, {
    ...{ accountId: world.accountId, to: [], subject: '', html: null, text: '' },
  });
  const names = { draft: body.data.id as string, orphan: world.mail.newId(), young: world.mail.newId() };
  for (const name of [...Object.values(names), 'foreign']) {
    await mkdir(folder(name), { recursive: true });
    await writeFile(path.join(folder(name), 'x'), 'x');
    const old = new Date(Date.now() - 24 * 3_600_000);
    if (name !== names.young) await utimes(folder(name), old, old);
  }
  expect(await sweepSpool(world.mail)).toBe(1);
  expect([...Object.values(names), 'foreign'].map((name) => existsSync(folder(name)))).toEqual([
    true,
    false,
    true,
    true,
  ]);
});

test('a sweep leaves alone what lies there for another app with the same storage', async () => {
  const { app } = world.host;
  const named = Object.create(app, { name: { value: 'shop' } }) as object;
  const plugin = Object.create(app.pm.get('email-manager') as object, { app: { value: named } }) as object;
  const { storagePath } = (Reflect.get(plugin, 'createContext') as () => MailContext).call(plugin);
  const folder = path.join(spoolFolder({ storagePath }), world.mail.newId());
  await mkdir(folder, { recursive: true });
  const old = new Date(Date.now() - 24 * 3_600_000);
  await utimes(folder, old, old);
  await sweepSpool(world.mail);
  expect(existsSync(folder)).toBe(true);
});
