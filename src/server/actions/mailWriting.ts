/** HTTP actions of `mailSignatures`, `mailTemplates` and `mailCorrespondents`: what helps to write. All scoped to the viewer. */
import { rowIdOf } from '../../shared/ids';
import { recordRef } from '../records/read';
import { recordValues } from '../records/values';
import { listCorrespondents, strangersAmong } from '../writing/correspondents';
import { listSignatures, removeSignature, saveSignature } from '../writing/signatures';
import { listTemplates, removeTemplate, renderTemplate, saveTemplate, shareTemplate } from '../writing/templates';
import type { ActionDefinitions, ActionRequest } from './action';
import { wordingOf } from './wording';

const MOST_ADDRESSES = 1000;

export const mailSignatures: ActionDefinitions = {
  /** ?accountId= */
  list: {
    access: 'loggedIn',
    handler: ({ viewer, params }, mail) => listSignatures(mail, viewer, rowIdOf(params.accountId) ?? undefined),
  },
  /** POST SignatureInput; filterByTk to change one */
  save: { access: 'loggedIn', handler: ({ viewer, id, values }, mail) => saveSignature(mail, viewer, id, values) },
  remove: {
    access: 'loggedIn',
    handler: async ({ viewer, id }, mail) => {
      await removeSignature(mail, viewer, id);
      return { id };
    },
  },
};

/** What a template may say of its author. */
function userOf({ ctx }: ActionRequest): Record<string, unknown> {
  const { nickname, username, email, phone } = (ctx.state.currentUser ?? {}) as Record<string, unknown>;
  return { name: nickname || username, nickname, username, email, phone };
}

export const mailTemplates: ActionDefinitions = {
  list: { access: 'loggedIn', handler: ({ viewer }, mail) => listTemplates(mail, viewer) },
  /** POST {name, subject, html}; filterByTk to change an own one */
  save: { access: 'loggedIn', handler: ({ viewer, id, values }, mail) => saveTemplate(mail, viewer, id, values) },
  /** POST {shared} */
  share: {
    access: 'settings',
    handler: ({ viewer, id, values }, mail) => shareTemplate(mail, viewer, id, values.shared === true),
  },
  remove: {
    access: 'loggedIn',
    handler: async ({ viewer, id }, mail) => {
      await removeTemplate(mail, viewer, id);
      return { id };
    },
  },
  /** POST {values, record?: {collection, id}, timeZone?}: what is said of a record is read here, with the viewer's permissions. */
  render: {
    access: 'loggedIn',
    handler: (request, mail) => {
      const { values, record, timeZone } = request.values;
      const { viewer, id, ctx } = request;
      const given = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
      const ref = record === undefined || record === null ? null : recordRef(record);
      const read = ref && ((paths: string[]) => recordValues(ctx, ref, paths, wordingOf(ctx, timeZone)));
      return renderTemplate(mail, viewer, id, { ...given, user: userOf(request) }, read);
    },
  },
};

export const mailCorrespondents: ActionDefinitions = {
  /** POST {query?}: words of a search never stand in an address. */
  list: {
    access: 'loggedIn',
    handler: ({ viewer, values }, mail) =>
      listCorrespondents(mail, viewer, typeof values.query === 'string' ? values.query.slice(0, 200) : ''),
  },
  /** POST {addresses} */
  check: {
    access: 'loggedIn',
    handler: async ({ viewer, values }, mail) => {
      const addresses: unknown[] = Array.isArray(values.addresses) ? values.addresses.slice(0, MOST_ADDRESSES) : [];
      const asked = addresses.filter((address): address is string => typeof address === 'string');
      return { strangers: await strangersAmong(mail, viewer, asked) };
    },
  },
};
