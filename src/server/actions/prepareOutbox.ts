/** Gathers what a reply or forward starts with: the message, its body, the author's addresses and language. */
import type { Context } from '@nocobase/actions';
import { PACKAGE_NAME } from '../../shared/constants';
import type { AddressView, OutboxInput } from '../../shared/types';
import { ownedAccount, requireOwned } from '../access/owned';
import type { MailContext } from '../context';
import { MailError, toMailError } from '../errors';
import { storedBody } from '../messages/bodies';
import { readBody } from '../messages/body';
import { referredImages } from '../messages/inlineImages';
import { contentIdOf } from '../messages/sanitise';
import { editorHtml } from '../messages/sanitiseThread';
import { imagesTakenAlong } from '../submission/images';
import { prepareAnswer, type AnswerKind, type QuoteWords } from '../submission/prepare';
import type { ActionRequest } from './action';
import { writeMoment } from './wording';

const KINDS: readonly unknown[] = ['reply', 'replyAll', 'forward'];

/** @throws MailError permanent `notFound` | `invalidInput` | those of reading a body */
export async function prepareOutbox(
  { viewer, values, ctx }: ActionRequest,
  mail: MailContext,
): Promise<Required<OutboxInput>> {
  if (!KINDS.includes(values.kind)) throw new MailError('permanent', 'invalidInput', { params: { field: 'kind' } });
  const message = await requireOwned(mail, viewer, 'mailMessages', values.messageId);
  const account = await ownedAccount(mail, viewer, message.accountId);
  // Made safe off the event loop, and fetched where it is not stored yet.
  const body = await readBody(mail, viewer, message.id, false);
  const stored = await storedBody(mail, message.id);
  const html = body.html === null ? null : (stored?.html ?? null);
  const images = imagesTakenAlong(message.id, stored?.attachments ?? [], referredImages(html ?? ''), contentIdOf);
  const own = [account.address, account.imapUser, account.smtpUser].filter((name) => typeof name === 'string');
  return prepareAnswer(
    {
      id: message.id,
      accountId: account.id,
      subject: String(message.subject ?? ''),
      from: message.fromAddress ? { name: String(message.fromName ?? ''), address: String(message.fromAddress) } : null,
      replyTo: addresses(message.replyTo),
      to: addresses(message.to),
      cc: addresses(message.cc),
      date: writtenDate(ctx, message.sentAt ?? message.internalDate, values.timeZone),
      html,
      text: body.text,
    },
    values.kind as AnswerKind,
    own,
    wordsOf(ctx),
    async (raw, withText) => {
      try {
        return await editorHtml(mail, raw, withText, images);
      } catch (thrown) {
        mail.log.warn('html not quoted', { messageId: message.id, code: toMailError(thrown).code });
        return null;
      }
    },
  );
}

function addresses(value: unknown): AddressView[] {
  const list: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  if (!Array.isArray(list)) return [];
  return list.map((entry: Partial<AddressView>) => ({ name: entry.name ?? '', address: entry.address ?? '' }));
}

function writtenDate(ctx: Context, value: unknown, timeZone: unknown): string {
  const date = new Date(value as string | Date);
  return !value || Number.isNaN(date.getTime()) ? '' : writeMoment(ctx, date, 'long', timeZone);
}

function wordsOf(ctx: Context): QuoteWords {
  const t = (key: string, params?: object): string => ctx.t(key, { ns: PACKAGE_NAME, ...params });
  return {
    // i18next escapes for html where it is not told; the quote is escaped where html is made.
    wrote: (date, name) => t('On {{date}}, {{name}} wrote:', { date, name, interpolation: { escapeValue: false } }),
    forwarded: t('Forwarded message'),
    from: t('From'),
    date: t('Date'),
    subject: t('Subject'),
    to: t('To'),
    cc: t('Cc'),
  };
}
