/** Exchange Online's dialect, laid over what Dovecot says (public protocol logs of outlook.office365.com). */

export const GREETING = '* OK The Microsoft Exchange IMAP4 service is ready. [UwBBAE4ARABCAE8AWAA=]\r\n';

const BEFORE_LOGIN =
  'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+';
const AFTER_LOGIN =
  'IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+';
const PERMANENT_FLAGS =
  '* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)] Permanent flags\r\n';
const DOVECOT_ONLY_FLAG = /^\\(UnMarked|Trash|Drafts|Junk|Sent|Archive)$/i;

/** What a server may lack that Exchange Online has: MOVE (RFC 6851), UIDPLUS (RFC 4315), or of UIDPLUS the code COPYUID alone. */
export type Feature = 'MOVE' | 'UIDPLUS' | 'COPYUID';

export function capabilityLine(authenticated: boolean, without: ReadonlySet<Feature> = new Set()): string {
  const words = (authenticated ? AFTER_LOGIN : BEFORE_LOGIN).split(' ');
  return `* CAPABILITY ${words.filter((word) => !without.has(word as Feature)).join(' ')}\r\n`;
}

/** Whether a server without these features knows the command. */
export function knowsCommand(command: string, without: ReadonlySet<Feature>): boolean {
  if (without.has('MOVE') && /^(UID )?MOVE /i.test(command)) return false;
  return !(without.has('UIDPLUS') && /^UID EXPUNGE /i.test(command));
}

/** A server line without the response codes such a server does not send. */
export function withoutCodes(line: string, without: ReadonlySet<Feature>): string {
  const codes = without.has('UIDPLUS') ? /\[(COPYUID|APPENDUID) [^\]]*\] ?/ : /\[COPYUID [^\]]*\] ?/;
  return without.has('UIDPLUS') || without.has('COPYUID') ? line.replace(codes, '') : line;
}

/** A server line as Exchange would have said it, or null where it would have said nothing. */
export function toExchange(line: string, special: Map<string, string>): string | null {
  if (/^\* OK \[(HIGHESTMODSEQ|NOMODSEQ)/.test(line)) return null;
  if (line.startsWith('* OK [PERMANENTFLAGS')) return PERMANENT_FLAGS;
  const list = /^\* (LIST|LSUB) \(([^)]*)\) "\/" (.*)\r\n$/.exec(line);
  if (!list) return line;
  const [, verb = '', flagList = '', name = ''] = list;
  const flags = flagList.split(' ').filter((flag) => flag && flag !== '\\Marked' && !DOVECOT_ONLY_FLAG.test(flag));
  if (!flags.some((flag) => /Children$/.test(flag))) flags.push('\\HasNoChildren');
  const role = special.get(name.replace(/^"|"$/g, ''));
  if (role) flags.push(role);
  const shown = name === 'INBOX' ? 'Inbox' : name;
  return `* ${verb} (${['\\Marked', ...flags].join(' ')}) "/" ${shown}\r\n`;
}

/** User and token of an XOAUTH2 initial response. */
export function decodeXoauth2(base64: string): { user: string; token: string } | undefined {
  const fields = Buffer.from(base64, 'base64').toString('utf8').split('\x01');
  const user = fields.find((field) => field.startsWith('user='))?.slice(5);
  const token = fields.find((field) => /^auth=Bearer /i.test(field))?.slice(12);
  return user && token ? { user, token } : undefined;
}

export function encodeXoauth2(user: string, token: string): string {
  return Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
}

/** A command line without secrets, for the log a test may look at. */
export function redact(command: string): string {
  return command.replace(/^(AUTHENTICATE \S+) .*/i, '$1 ***').slice(0, 500);
}
