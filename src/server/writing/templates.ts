/** Templates: a user's own, and those that administrators share with everybody. */
import { Op } from 'sequelize';
import { rowIdOf, withStringIds } from '../../shared/ids';
import { fillTemplate, variablesIn, type TemplateValues } from '../../shared/template';
import type { FilledTemplate, TemplateView } from '../../shared/types';
import { requireOwned } from '../access/owned';
import type { Viewer } from '../access/viewer';
import type { MailContext } from '../context';
import { MailError } from '../errors';
import { editorHtml } from '../messages/sanitiseThread';
import { nameOf, storedText } from './input';

const LONGEST = 500_000;
const LONGEST_SUBJECT = 900;
const MOST = 500;
const RECORD = 'record.';

const model = (mail: MailContext) => mail.db.getCollection('mailTemplates').model;

const viewOf = (stored: Record<string, unknown>, viewer: Viewer): TemplateView => {
  const row = withStringIds(stored);
  return {
    id: row.id as string,
    name: storedText(row.name),
    subject: storedText(row.subject),
    html: storedText(row.html),
    shared: Boolean(row.shared),
    own: row.userId === viewer.userId,
  };
};

const visible = (viewer: Viewer) => ({ [Op.or]: [{ userId: viewer.userId }, { shared: true }] });

/** The viewer's templates and the shared ones, by name. */
export async function listTemplates(mail: MailContext, viewer: Viewer): Promise<TemplateView[]> {
  const rows = await model(mail).findAll({
    where: visible(viewer),
    order: [
      ['name', 'ASC'],
      ['id', 'ASC'],
    ],
  });
  return rows.map((row) => viewOf(row.get({ plain: true }) as Record<string, unknown>, viewer));
}

/** A template the viewer may use. @throws MailError permanent `notFound` */
async function usable(mail: MailContext, viewer: Viewer, id: unknown): Promise<TemplateView> {
  const rowId = rowIdOf(id);
  const row = rowId ? await model(mail).findOne({ where: { id: rowId, ...visible(viewer) } }) : null;
  if (!row) throw new MailError('permanent', 'notFound');
  return viewOf(row.get({ plain: true }) as Record<string, unknown>, viewer);
}

/**
 * Makes a template of the viewer, or changes one of his.
 * @param id empty for a new one
 * @throws MailError permanent `notFound` | `invalidInput` (name, subject, html) | `tooManyTemplates` | transient `htmlBusy`
 */
export async function saveTemplate(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  input: Record<string, unknown>,
): Promise<TemplateView> {
  const known = id ? await requireOwned(mail, viewer, 'mailTemplates', id) : null;
  const subject = textOf(input.subject ?? '', 'subject', LONGEST_SUBJECT);
  const { html } = await editorHtml(mail, textOf(input.html, 'html', LONGEST), false);
  const values = { name: nameOf(input.name), subject, html };
  const rowId = known?.id ?? mail.newId();
  if (known) await model(mail).update(values, { where: { id: rowId, userId: viewer.userId }, hooks: false });
  else {
    const count = await model(mail).count({ where: { userId: viewer.userId } });
    if (count >= MOST) throw new MailError('permanent', 'tooManyTemplates', { params: { most: MOST } });
    await model(mail).create({ ...values, id: rowId, userId: viewer.userId, shared: false }, { hooks: false });
  }
  return usable(mail, viewer, rowId);
}

/** Shares a template of the viewer with everybody, or no longer; for administrators. @throws MailError permanent `notFound` */
export async function shareTemplate(
  mail: MailContext,
  viewer: Viewer,
  id: string,
  shared: boolean,
): Promise<TemplateView> {
  const row = await requireOwned(mail, viewer, 'mailTemplates', id);
  await model(mail).update({ shared }, { where: { id: row.id, userId: viewer.userId }, hooks: false });
  return usable(mail, viewer, row.id);
}

/** @throws MailError permanent `notFound` */
export async function removeTemplate(mail: MailContext, viewer: Viewer, id: string): Promise<void> {
  const row = await requireOwned(mail, viewer, 'mailTemplates', id);
  await model(mail).destroy({ where: { id: row.id, userId: viewer.userId }, hooks: false });
}

/**
 * A template with its variables filled. What a value brings along is text, never html.
 * @param record finds the values of the template's paths below `record`, without that word; null where there is no record
 * @throws MailError permanent `notFound` | transient `htmlBusy`
 */
export async function renderTemplate(
  mail: MailContext,
  viewer: Viewer,
  id: unknown,
  given: TemplateValues,
  record: ((paths: string[]) => Promise<ReadonlyMap<string, string>>) | null = null,
): Promise<FilledTemplate> {
  const template = await usable(mail, viewer, id);
  const named = variablesIn(`${template.subject} ${template.html}`).filter((path) => path.startsWith(RECORD));
  const found = record && named.length > 0 ? await record(named.map((path) => path.slice(RECORD.length))) : [];
  const values = { ...given, ...Object.fromEntries([...found].map(([path, text]) => [RECORD + path, text])) };
  const subject = fillTemplate(template.subject, values, false);
  const filled = fillTemplate(template.html, values, true);
  const { html } = await editorHtml(mail, filled.text, false);
  return {
    subject: subject.text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, LONGEST_SUBJECT),
    html,
    missing: [...new Set([...subject.missing, ...filled.missing])],
  };
}

function textOf(value: unknown, field: string, longest: number): string {
  if (typeof value !== 'string' || value.length > longest) {
    throw new MailError('permanent', 'invalidInput', { params: { field } });
  }
  return value.replaceAll('\0', '');
}
