/** What the measured app does to send: mail that is queued leaves at the benchmark's word. */
import { Op } from 'sequelize';
import type { MailContext } from '../../src/server/context';
import { deliverAccount } from '../../src/server/submission/delivery';
import { outboxModel } from '../../src/server/submission/outbox';
import type { TestApp } from '../../test/harness';
import type { BenchMail } from '../sending/mails';

/** What the plugin offers other plugins: docs/sending.md. */
interface EmailManager {
  submit(userId: string, input: Record<string, unknown>): Promise<unknown>;
}

export function sendingHandlers(running: () => { app: TestApp; mail: MailContext }) {
  return {
    /** Queues mails as another plugin does, one after the other. @returns milliseconds of each */
    async enqueueFromCode({ accountId, mails, sendAt }: { accountId: string; mails: BenchMail[]; sendAt: string }) {
      const { app, mail } = running();
      const { model } = mail.db.getCollection('mailAccounts');
      const account = await model.findOne({ where: { id: accountId }, attributes: ['userId'] });
      const plugin = app.app.pm.get('email-manager') as unknown as EmailManager;
      const took: number[] = [];
      for (const [index, { to, subject, html }] of mails.entries()) {
        const input = { accountId, to: [{ name: '', address: to }], subject, html };
        const started = performance.now();
        await plugin.submit(String(account?.get('userId')), { ...input, sendAt, idempotencyKey: `code-${index}` });
        took.push(performance.now() - started);
      }
      return took;
    },
    /**
     * Delivers everything that is due, as the worker does.
     * @returns when each was begun, in milliseconds since 1970, by what the app's log says: reading its account, its claim, its token and
     * a connection are part of it
     */
    async deliverDue() {
      const { mail } = running();
      const outbox = outboxModel(mail);
      const begun: number[] = [];
      const { info } = mail.log;
      mail.log.info = (message, meta) => {
        const { durationMs } = (meta ?? {}) as { durationMs?: number };
        if (message === 'submission') begun.push(performance.timeOrigin + performance.now() - (durationMs ?? NaN));
        info.call(mail.log, message, meta);
      };
      const due = { state: 'queued', sendAt: { [Op.lte]: mail.now() } };
      const waiting = await outbox.findAll({ where: due, attributes: ['id', 'accountId'] });
      const accounts = [...new Set(waiting.map((row) => String(row.get('accountId'))))];
      try {
        for (const accountId of accounts) {
          while (await outbox.count({ where: { ...due, accountId } })) {
            await deliverAccount(mail, accountId, new AbortController().signal);
          }
        }
      } finally {
        mail.log.info = info;
      }
      const sent = await outbox.count({ where: { state: 'sent', id: waiting.map((row) => row.get('id') as string) } });
      if (sent !== waiting.length || begun.length !== sent) throw new Error('Not everything was sent');
      return begun;
    },
  };
}
