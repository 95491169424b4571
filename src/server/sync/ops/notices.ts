/** What the user is told about changes that did not come true. */
import { Op } from 'sequelize';
import { rowIdOf } from '../../../shared/ids';
import type { ChangeNotice, ErrorView } from '../../../shared/types';
import type { Viewer } from '../../access/viewer';
import type { MailContext } from '../../context';
import { dateOf, idOf, table, type Values } from '../rows';
import { DONE_KEPT_FOR, NOTICES_KEPT_FOR, type Verb } from './verbs';

const MOST_LISTED = 200;
/** Ops that did not end as the user wanted; what only we wanted is not among them. */
const NOTICES = { state: ['overtaken', 'failed'], verb: { [Op.ne]: 'answered' } };

/** Changes of the viewer that did not come true, newest first, until he dismisses them. */
export async function listNotices(mail: MailContext, viewer: Viewer): Promise<ChangeNotice[]> {
  const ops = await table(mail, 'mailOps').findAll({
    where: { userId: viewer.userId, ...NOTICES },
    order: [['id', 'DESC']],
    limit: MOST_LISTED,
  });
  const rows = ops.map((op) => op.get({ plain: true }) as Values);
  const messages = (await table(mail, 'mailMessages').findAll({
    where: { id: rows.map((op) => String(op.messageRowId)), userId: viewer.userId },
    attributes: ['id', 'threadId', 'subject'],
    raw: true,
  })) as unknown as Values[];
  const byId = new Map(messages.map((row) => [String(row.id), row]));
  return rows.flatMap((op) => {
    const message = byId.get(String(op.messageRowId));
    if (!message || !op.lastError) return [];
    return {
      id: String(op.id),
      accountId: String(op.accountId),
      messageId: String(message.id),
      threadId: idOf(message.threadId),
      subject: String(message.subject ?? ''),
      change: op.verb as Exclude<Verb, 'answered'>,
      error: op.lastError as ErrorView,
      at: (dateOf(op.createdAt) ?? mail.now()).toISOString(),
    };
  });
}

/** Forgets notices. Ids that are not the viewer's are no error: they name nothing. */
export async function dismissNotices(mail: MailContext, viewer: Viewer, ids: readonly string[]): Promise<void> {
  const id = ids.map(rowIdOf).filter((one) => one !== null);
  await table(mail, 'mailOps').destroy({ where: { id, userId: viewer.userId, ...NOTICES }, hooks: false });
}

/** Forgets ops that ended long ago. */
export async function forgetEnded(mail: MailContext, accountId: string): Promise<void> {
  const before = (age: number) => ({ [Op.lt]: new Date(mail.now().getTime() - age) });
  await table(mail, 'mailOps').destroy({
    where: {
      accountId,
      [Op.or]: [
        { state: 'done', createdAt: before(DONE_KEPT_FOR) },
        { state: ['overtaken', 'failed'], createdAt: before(NOTICES_KEPT_FOR) },
      ],
    },
    hooks: false,
  });
}
