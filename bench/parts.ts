/** The processes of a measurement: sandbox, app and anchors, none of which shares an event loop with another. */
import { chmodSync } from 'node:fs';
import { ensureCertificates, type SandboxUser } from '../sandbox/outlook';
import type { AnchorHandlers } from './processes/anchor';
import type { AppHandlers } from './processes/app';
import { startProcess, type Running } from './processes/rpc';
import type { SandboxHandlers } from './processes/sandbox';
import type { SmtpAnchorHandlers } from './processes/smtpAnchor';

/** Environment of an app's database: empty for SQLite. */
export type DatabaseEnvironment = Record<string, string>;

export type SandboxSettings = Awaited<ReturnType<SandboxHandlers['start']>>;

export interface SandboxProcess extends Running<SandboxHandlers> {
  settings: SandboxSettings;
}

/** Node reads its certificates when it starts. */
const trust = () => ({ NODE_EXTRA_CA_CERTS: ensureCertificates().ca });

/** @param dir where mailboxes may have been placed before */
export async function startSandboxProcess(dir: string, users: SandboxUser[]): Promise<SandboxProcess> {
  chmodSync(dir, 0o755);
  const running = await startProcess<SandboxHandlers>('sandbox', {
    BENCH_DIR: dir,
    BENCH_USERS: JSON.stringify(users),
  });
  try {
    return { ...running, settings: await running.call('start') };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

/** Bare imapflow, logged in, with the inbox open. */
export async function startAnchor(box: SandboxProcess, user: string): Promise<Running<AnchorHandlers>> {
  const { host, port } = box.settings.imap;
  const anchor = await startProcess<AnchorHandlers>('anchor', trust());
  try {
    await anchor.call('open', { host, port, user, token: await box.call('token', { user }) });
    return anchor;
  } catch (error) {
    await anchor.stop();
    throw error;
  }
}

/** Bare nodemailer, which logs in when it sends. */
export const startSmtpAnchor = () => startProcess<SmtpAnchorHandlers>('smtpAnchor', trust());

/** An app that is installed and runs; its worker syncs by itself. */
export interface AppProcess extends Running<AppHandlers> {
  origin: string;
}

export interface AppSettings {
  /** For SQLite; without it the database is in memory. */
  databaseFile?: string;
  database?: DatabaseEnvironment;
  /** The file holds an app already. */
  installed?: boolean;
}

export async function startApp(
  box: SandboxProcess,
  { databaseFile, database = {}, installed }: AppSettings,
): Promise<AppProcess> {
  const running = await startProcess<AppHandlers>('app', { ...trust(), ...database });
  try {
    const { allowedHosts } = box.settings;
    return { ...running, origin: await running.call('start', { databaseFile, allowedHosts, installed }) };
  } catch (error) {
    await running.stop();
    throw error;
  }
}
