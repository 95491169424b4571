/** Composition root: the only file that knows everybody. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Plugin } from '@nocobase/server';
import { SETTINGS_SNIPPET } from '../shared/constants';
import type { OutboxView, SubmitInput } from '../shared/types';
import { startRemoval } from './accounts/removal';
import { sealer } from './accounts/secrets';
import { denyGenericActions } from './access/deny';
import { refuseForeignTables } from './access/foreignTables';
import { addMissingColumns } from './access/ownTables';
import { resources } from './actions';
import { actionHandler } from './actions/action';
import type { MailContext, Worker } from './context';
import { livePush } from './live';
import { countReaders } from './readers';
import { prepareSearchIndex, startRebuild } from './messages/search';
import { startDelivery } from './submission/deliver';
import { outboxView } from './submission/outbox';
import { privateFolder } from './submission/spool';
import { submitMail, type SubmittedFile } from './submission/submit';
import { startSync } from './sync/scheduler';

export class PluginEmailManagerServer extends Plugin {
  private mail!: MailContext;
  private readonly readers = countReaders();
  private workers: Partial<Record<'sync' | 'deliver' | 'remove', Worker>> = {};
  private rebuild: ReturnType<typeof startRebuild> | undefined;

  override beforeLoad(): void {
    this.app.use((_ctx: unknown, next: () => Promise<void>) => this.readers.serve(next), {
      tag: 'mailReaders',
      before: 'logger',
    });
    this.app.on('beforeStart', async () => {
      const added = await addMissingColumns(this.db);
      if (added.length > 0) this.log.info(`added what is new in this version: ${added.join(', ')}`);
    });
    this.app.on('afterStart', async () => {
      await prepareSearchIndex(this.mail);
      this.startWorkers();
    });
    this.app.on('beforeStop', () => this.stopWorkers());
  }

  override async load(): Promise<void> {
    await refuseForeignTables(this.db);
    this.mail = this.createContext();
    const settingsActions: string[] = [];
    for (const [name, actions] of Object.entries(resources)) {
      const handlers = Object.entries(actions).map(([action, definition]) => [
        action,
        actionHandler(this.mail, definition),
      ]);
      this.app.resourceManager.define({ name, actions: Object.fromEntries(handlers) });
      for (const [action, { access }] of Object.entries(actions)) {
        if (access === 'settings') settingsActions.push(`${name}:${action}`);
        else this.app.acl.allow(name, action, access);
      }
    }
    this.app.acl.registerSnippet({ name: SETTINGS_SNIPPET, actions: settingsActions });
    denyGenericActions(this.app, resources);
  }

  /**
   * Sends a mail of a user, for other plugins and workflows: `app.pm.get('email-manager').submit(userId, input)`.
   * Repeated with the same `idempotencyKey`, it sends nothing and returns the same row. `content` of a file may be a Buffer or a stream too.
   * @throws MailError: `kind` says whether to try again, `code` what it is (docs/sending.md)
   */
  async submit(
    userId: string | number,
    input: Omit<SubmitInput, 'attachments'> & { attachments?: SubmittedFile[] },
  ): Promise<OutboxView> {
    return outboxView(await submitMail(this.mail, { userId: String(userId) }, { ...input }));
  }

  private createContext(): MailContext {
    const { app } = this;
    return {
      appName: app.name,
      instanceId: `${app.name}:${process.pid}:${randomUUID().slice(0, 8)}`,
      db: this.db,
      log: this.log,
      now: () => new Date(),
      newId: () => String(app.snowflakeIdGenerator.generate()),
      ...sealer(app),
      renderEnvironment: (template) => {
        const rendered: unknown = app.environment.renderJsonTemplate({ value: template })?.value;
        return typeof rendered === 'string' ? rendered : '';
      },
      push: livePush(app),
      readersFirst: () => this.readers.first(),
      readersLately: () => this.readers.lately(),
      wake: (topic, accountId) => this.workers[topic]?.wake(accountId),
      storagePath: privateFolder(process.env.STORAGE_PATH ?? path.resolve('storage'), app.name),
      allowedHosts: (process.env.MAIL_ALLOWED_HOSTS ?? '')
        .split(',')
        .map((entry) => entry.trim().toLowerCase())
        .filter(Boolean),
    };
  }

  private startWorkers(): void {
    this.workers = {
      sync: startSync(this.mail),
      deliver: startDelivery(this.mail),
      remove: startRemoval(this.mail),
    };
    this.rebuild = startRebuild(this.mail);
  }

  private async stopWorkers(): Promise<void> {
    const workers = Object.values(this.workers);
    this.workers = {};
    await Promise.all([...workers.map((worker) => worker.stop()), this.rebuild?.stop()]);
  }
}

export default PluginEmailManagerServer;
