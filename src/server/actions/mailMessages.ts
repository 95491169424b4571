/** HTTP actions of `mailMessages`. */
import { MailError } from '../errors';
import { readBody } from '../messages/body';
import { SOURCE } from '../messages/download';
import { getRow, listRows, requireMessage } from '../messages/rows';
import { isYes } from '../messages/threads';
import { setTrusted } from '../messages/trustedSenders';
import { text } from '../messages/views';
import { enqueueFlags } from '../sync/ops';
import type { ActionDefinitions, ActionRequest, Handler } from './action';
import { sendFile, sendTicketFile, ticketFor } from './downloads';

const MOST_AT_ONCE = 1000;
const invalid = (field: string) => new MailError('permanent', 'invalidInput', { params: { field } });

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
      const ids: unknown[] = Array.isArray(values.ids) ? values.ids : [];
      if (ids.length === 0 || ids.length > MOST_AT_ONCE) throw invalid('ids');
      const flags = { ...flag('seen', values.seen), ...flag('flagged', values.flagged) };
      if (Object.keys(flags).length === 0) throw invalid('seen');
      await enqueueFlags(mail, viewer, ids.map(String), flags);
      return { ids: ids.map(String), ...flags };
    },
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
