/** What the measured app does to send: mail that is queued leaves at the benchmark's word. */
import { Op } from 'sequelize';
import { LIVE_EVENTS } from '../../src/shared/constants';
import type { MailContext } from '../../src/server/context';
import { deliverAccount } from '../../src/server/submission/delivery';
import { outboxModel } from '../../src/server/submission/outbox';
import type { PushedEvent, TestApp } from '../../test/harness';
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
     * Delivers everything that is due, one after the other, as the worker does.
     * @returns when each was claimed, in milliseconds since 1970
     */
    async deliverDue() {
      const { app, mail } = running();
      const outbox = outboxModel(mail);
      const claimed = new Map<string, number>();
      const listen = ({ message }: PushedEvent) => {
        if (message.type !== LIVE_EVENTS.outbox) return;
        const { outboxId } = message.payload as { outboxId: string };
        // Told again when it is sent.
        if (!claimed.has(outboxId)) claimed.set(outboxId, performance.timeOrigin + performance.now());
      };
      app.app.on('ws:sendToUser', listen);
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
        app.app.off('ws:sendToUser', listen);
      }
      const sent = await outbox.count({ where: { state: 'sent', id: waiting.map((row) => row.get('id') as string) } });
      if (sent !== waiting.length || claimed.size !== sent) throw new Error('Not everything was sent');
      return [...claimed.values()];
    },
  };
}
