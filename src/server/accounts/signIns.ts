/** Rows of sign-ins under way: made with secrets, consumed by one DELETE, followed by a row that only tells the progress. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Op } from 'sequelize';
import { DAY, LIVE_EVENTS, SIGN_IN_LIFETIME } from '../../shared/constants';
import { withStringIds } from '../../shared/ids';
import type { SignInState } from '../../shared/states';
import type { ErrorView } from '../../shared/types';
import type { MailContext } from '../context';
import { MailError } from '../errors';

export interface SignInRow {
  id: string;
  stateHash: string;
  cookieHash: string | null;
  /** Sealed SignInSecrets; null once consumed. */
  secrets: string | null;
  userId: string;
  provider: string;
  authority: string;
  redirectUri: string;
  returnPath: string;
  accountId: string | null;
  startDate: Date | null;
  state: SignInState;
  error: ErrorView | null;
  address: string | null;
  expiresAt: Date;
}

export interface SignInSecrets {
  codeVerifier: string;
  nonce: string;
}

/** What a sign-in is made of before it is stored. */
export type NewSignIn = Pick<
  SignInRow,
  'userId' | 'provider' | 'authority' | 'redirectUri' | 'returnPath' | 'accountId' | 'startDate'
>;

/** 256 random bits for a state, a cookie, a nonce or a PKCE verifier (RFC 7636 section 4.1). */
export const randomToken = (): string => randomBytes(32).toString('base64url');

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** What remains of a state once it was used: enough to tell "used" from "never heard of". */
const usedHash = (state: string) => sha256(`used:${state}`);
const bindOf = (stateHash: string) => `mailConnects:${stateHash}`;

/** Every sign-in has a cookie of its own, so that two windows do not disturb each other. */
export function cookieNameOf(state: string): string {
  return `mail-sign-in-${sha256(state).slice(0, 16)}`;
}

const table = (mail: MailContext) => mail.db.getCollection('mailConnects').model;

async function findByHash(mail: MailContext, stateHash: string): Promise<SignInRow | null> {
  const row = await table(mail).findOne({ where: { stateHash } });
  return row ? (withStringIds(row.get({ plain: true })) as unknown as SignInRow) : null;
}

/** Sign-ins of one user that are kept at once: a program that begins them without end fills no table. */
export const MOST_SIGN_INS = 20;

async function dropEarlier(mail: MailContext, userId: string): Promise<void> {
  const order: [string, string][] = [['id', 'DESC']];
  const rows = await table(mail).findAll({
    where: { userId },
    attributes: ['id'],
    order,
    offset: MOST_SIGN_INS,
    limit: 1000,
  });
  if (rows.length === 0) return;
  await table(mail).destroy({ where: { id: rows.map((row) => String(row.get('id'))) }, hooks: false });
}

/** Stores a sign-in that has begun, and drops what is long over and, of many, this user's oldest. @returns its id */
export async function storeSignIn(
  mail: MailContext,
  signIn: NewSignIn,
  tokens: { state: string; cookie: string; secrets: SignInSecrets },
): Promise<string> {
  const now = mail.now();
  const stateHash = sha256(tokens.state);
  const sealed = await mail.encrypt(JSON.stringify(tokens.secrets), bindOf(stateHash));
  await table(mail).destroy({ where: { expiresAt: { [Op.lt]: new Date(now.getTime() - DAY) } }, hooks: false });
  const id = mail.newId();
  await table(mail).create(
    {
      ...signIn,
      id,
      stateHash,
      cookieHash: sha256(tokens.cookie),
      secrets: sealed,
      state: 'started',
      expiresAt: new Date(now.getTime() + SIGN_IN_LIFETIME),
    },
    { hooks: false },
  );
  await dropEarlier(mail, signIn.userId);
  return id;
}

/**
 * Takes a sign-in for good: whoever comes second finds nothing.
 * @param cookieOf value of a cookie of the request
 * @throws MailError permanent `signInUnknown` | `signInUsed` | `signInOtherUser` | `signInExpired` | `signInOtherBrowser`
 */
export async function consumeSignIn(
  mail: MailContext,
  userId: string,
  state: string,
  cookieOf: (name: string) => string | undefined,
): Promise<{ row: SignInRow; secrets: SignInSecrets }> {
  const row = await findByHash(mail, sha256(state));
  if (!row) {
    const used = await findByHash(mail, usedHash(state));
    throw new MailError('permanent', used?.userId === userId ? 'signInUsed' : 'signInUnknown');
  }
  if (row.userId !== userId) throw new MailError('permanent', 'signInOtherUser');
  if (row.expiresAt <= mail.now()) throw new MailError('permanent', 'signInExpired');
  const cookie = cookieOf(cookieNameOf(state));
  if (!cookie || !row.cookieHash || !equal(sha256(cookie), row.cookieHash)) {
    throw new MailError('permanent', 'signInOtherBrowser');
  }
  await mail.db.sequelize.transaction(async (transaction) => {
    const where = { id: row.id, stateHash: row.stateHash };
    const deleted = await table(mail).destroy({ where, transaction, hooks: false });
    if (deleted !== 1) throw new MailError('permanent', 'signInUsed');
    const progress = { ...row, stateHash: usedHash(state), cookieHash: null, secrets: null, state: 'returned' };
    await table(mail).create(progress, { transaction, hooks: false });
  });
  const secrets = JSON.parse(await mail.decrypt(row.secrets ?? '', bindOf(row.stateHash))) as SignInSecrets;
  return { row, secrets };
}

const equal = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** Tells how far a consumed sign-in is. */
export async function noteProgress(
  mail: MailContext,
  row: SignInRow,
  progress: { state: SignInState; error?: ErrorView; address?: string; accountId?: string },
): Promise<void> {
  await table(mail).update(progress, { where: { id: row.id }, hooks: false });
  mail.push(row.userId, LIVE_EVENTS.account, {});
}

/** A sign-in of this user, or null. */
export async function signInById(mail: MailContext, userId: string, id: string): Promise<SignInRow | null> {
  const row = await table(mail).findOne({ where: { id, userId } });
  return row ? (withStringIds(row.get({ plain: true })) as unknown as SignInRow) : null;
}
