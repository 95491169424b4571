/** Reads delivery reports that come back: RFC 3464, Exchange's own, and those of servers that only write a letter. Pure; all input is hostile. */
import { cleanMessageId } from '../headers';

/** What a report says of one recipient. */
export interface ReportedRecipient {
  address: string;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded` (RFC 3464 section 2.3.3). */
  action: string;
  /** Enhanced status code (RFC 3463), or null. */
  status: string | null;
}

const MOST_RECIPIENTS = 200;
const MOST_IDS = 50;

/** Fields of one block, unfolded; names in lower case, the first of equal ones. */
function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const [, name, value] = /^([A-Za-z][A-Za-z-]{0,60}):[ \t]*(.{0,2000})/.exec(line) ?? [];
    if (name && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), value ?? '');
  }
  return fields;
}

/** `rfc822;bob@x.example` and `rfc822; <bob@x.example>` alike. */
function addressIn(value: string | undefined): string | null {
  return /(?:^|[;<\s])([^\s;<>]{1,64}@[^\s;<>]{1,255})/.exec(value ?? '')?.[1]?.toLowerCase() ?? null;
}

/** The recipients of a message/delivery-status part: groups of fields, the first of which is about the message (RFC 3464 section 2.1). */
export function reportedRecipients(status: string): ReportedRecipient[] {
  const groups = status
    .replace(/\r\n/g, '\n')
    .split(/\n[ \t]*\n/)
    .slice(0, MOST_RECIPIENTS + 1);
  return groups.flatMap((group): ReportedRecipient[] => {
    const fields = fieldsOf(group);
    const address = addressIn(fields.get('original-recipient')) ?? addressIn(fields.get('final-recipient'));
    const action = /^[a-z]+/i.exec(fields.get('action') ?? '')?.[0].toLowerCase();
    if (!address || !action) return [];
    return [{ address, action, status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '')?.[0] ?? null }];
  });
}

/** The ids of the returned message, by its headers: ours may stand beside the one that Outlook.com gave it. */
export function idsOfReturned(headers: string): string[] {
  const fields = fieldsOf(headers.split(/\r?\n[ \t]*\r?\n/)[0] ?? '');
  return ['message-id', 'x-microsoft-original-message-id']
    .map((name) => cleanMessageId(/<[^<>\s]+>/.exec(fields.get(name) ?? '')?.[0]))
    .filter((id) => id !== null);
}

/** Every Message-ID that stands in a text: some servers return the message inside their letter. */
export function idsInText(text: string): string[] {
  const found = text.slice(0, 200_000).match(/<[^<>\s@]{1,200}@[^<>\s@]{1,200}>/g) ?? [];
  return [...new Set(found.map(cleanMessageId).filter((id) => id !== null))].slice(0, MOST_IDS);
}

/** Beginnings of addresses from which servers report; Exchange Online's is long and random behind the first word. */
const SENDERS = ['mailer-daemon@', 'postmaster@', 'microsoftexchange'];

export function isReportSender(address: string): boolean {
  return SENDERS.some((beginning) => address.trim().toLowerCase().startsWith(beginning));
}

/** The same for a database that compares letters as they are. */
export const SENDER_PATTERNS = SENDERS.flatMap((beginning) => {
  const capital = beginning.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
  return [beginning, capital, beginning.toUpperCase(), beginning.replace('microsoftexchange', 'MicrosoftExchange')];
}).map((beginning) => `${beginning}%`);
