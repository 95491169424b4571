/** HTTP actions of `mailMessages`. */
import { ownerlessAccounts } from '../access/ownerless';
import { MailError } from '../errors';
import { readBody } from '../messages/body';
import { SOURCE } from '../messages/download';
import { getRow, listRows, requireMessage } from '../messages/rows';
import { isYes } from '../messages/threads';
import { setTrusted } from '../messages/trustedSenders';
import { text } from '../messages/views';
import { enqueueFlags, enqueueMove, enqueueRemoval, selectMessages } from '../sync/ops';
import { dismissNotices, listNotices } from '../sync/ops/notices';
import type { ActionDefinitions, ActionRequest, Handler } from './action';
import { sendFile, sendTicketFile, ticketFor } from './downloads';
import { invalid, readIds, readSelection, readTarget } from './selection';

function flag(name: 'seen' | 'flagged', value: unknown): { seen?: boolean; flagged?: boolean } {
  if (value === undefined) return {};
  if (typeof value !== 'boolean') throw invalid(name);
  return { [name]: value };
}

/** A file of a message, or a ticket for it when `ticket=1`. */
const file =
  (partOf: (request: ActionRequest) => string): Handler =>
  async (request, mail) => {
    const { ctx, viewer, id, params, values } = request;
    const part = partOf(request);
    if (isYes(params.ticket) || isYes(values.ticket)) return ticketFor(ctx, mail, viewer, id, part);
    await sendFile(ctx, mail, viewer, id, part);
    return undefined;
  };

export const mailMessages: ActionDefinitions = {
  list: { access: 'loggedIn', handler: ({ viewer, params }, mail) => listRows(mail, viewer, params) },
  get: { access: 'loggedIn', handler: ({ viewer, id, params }, mail) => getRow(mail, viewer, id, params) },
  body: {
    access: 'loggedIn',
    handler: ({ viewer, id, params }, mail) => readBody(mail, viewer, id, isYes(params.remoteImages)),
  },
  attachment: { access: 'loggedIn', handler: file(({ params, values }) => text(params.part) || text(values.part)) },
  source: { access: 'loggedIn', handler: file(() => SOURCE) },
  // A link has no session: the ticket in it names the user, the message and the part, and was signed a minute ago at most.
  download: {
    access: 'public',
    handler: async ({ ctx, params }, mail) => sendTicketFile(ctx, mail, params.ticket),
  },
  setFlags: {
    access: 'loggedIn',
    handler: async ({ viewer, values }, mail) => {
      const selection = readSelection(values);
      const flags = { ...flag('seen', values.seen), ...flag('flagged', values.flagged) };
      if (Object.keys(flags).length === 0) throw invalid('seen');
      const ids = await selectMessages(mail, viewer, selection);
      await enqueueFlags(mail, viewer, ids, flags);
      return { ids, ...flags };
    },
  },
  move: {
    access: 'loggedIn',
    handler: async ({ viewer, values }, mail) => {
      const selection = readSelection(values);
      const to = readTarget(values.to);
      return enqueueMove(mail, viewer, await selectMessages(mail, viewer, selection), to);
    },
  },
  remove: {
    access: 'loggedIn',
    handler: async ({ viewer, values }, mail) => {
      const selection = readSelection(values);
      const { permanently = false } = values;
      if (typeof permanently !== 'boolean') throw invalid('permanently');
      return enqueueRemoval(mail, viewer, await selectMessages(mail, viewer, selection), permanently);
    },
  },
  notices: {
    access: 'loggedIn',
    handler: async ({ viewer }, mail) => {
      const [notices, ownerless] = await Promise.all([listNotices(mail, viewer), ownerlessAccounts(mail)]);
      return notices.filter(({ accountId }) => !ownerless.includes(accountId));
    },
  },
  dismissNotices: {
    access: 'loggedIn',
    handler: ({ viewer, values }, mail) => dismissNotices(mail, viewer, readIds(values.ids, 'ids')),
  },
  trustSender: {
    access: 'loggedIn',
    handler: async ({ viewer, id, values }, mail) => {
      const message = await requireMessage(mail, viewer, id);
      const address = text(message.fromAddress);
      if (!address) throw new MailError('permanent', 'senderUnknown');
      const trusted = values.trusted === undefined || isYes(values.trusted);
      await setTrusted(mail, viewer, address, trusted);
      return { address, trusted };
    },
  },
};
