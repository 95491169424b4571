/** Addresses as people type and read them (the common part of RFC 5322, 3.4; the server has the last word). Pure. */
import type { AddressView, MessageView } from '../../shared/types';

/** Whether a mail can be addressed to this text. Internationalised addresses (RFC 6531) count. */
export function isAddress(text: string): boolean {
  if (text.length > 320 || /[\s<>,;"()[\]\\:\p{Cc}]/u.test(text)) return false;
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  return (
    at > 0 &&
    local.length <= 64 &&
    !local.includes('@') &&
    !/^\.|\.\.|\.$/.test(local) &&
    domain.split('.').length > 1 &&
    domain.split('.').every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(label))
  );
}

/** Two spellings of one address have one key. */
export const addressKey = (address: string): string => address.trim().toLowerCase();

/** `Name <address>`, or one of them alone. The name is quoted where a reader could take it for two addresses. */
export function addressText({ name, address }: AddressView): string {
  if (!name || name === address) return address;
  if (!address) return name;
  return /[,;<>"@]/.test(name) ? `"${name.replace(/["\\]/g, '')}" <${address}>` : `${name} <${address}>`;
}

/** What is shown of a person: the name, else the address. */
export const personName = ({ name, address }: AddressView): string => name || address;

/** The name without the rest, for lines with several people. */
export function shortName(person: AddressView): string {
  const name = person.name.trim();
  if (!name) return person.address.split('@')[0] || person.address;
  if (name.includes(',') || name.includes('@')) return name;
  return name.split(/\s+/)[0];
}

/** Splits at commas, semicolons and line ends outside quotes and angle brackets. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  let quoted = false;
  let angled = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '<') angled = true;
    else if (!quoted && character === '>') angled = false;
    const separates = character === '\n' || character === '\r' || (!quoted && !angled && /[,;\t]/.test(character));
    if (!separates) {
      piece += character;
      continue;
    }
    found.push(piece);
    piece = '';
    quoted = false;
    angled = false;
  }
  return [...found, piece].map((part) => part.trim()).filter(Boolean);
}

/** One address as typed; what is no address keeps its text, to be shown as wrong. */
export function parseAddress(text: string): AddressView {
  const match = /^(.*?)<([^<>]*)>\s*$/s.exec(text.trim());
  if (!match) return { name: '', address: text.trim().replace(/^mailto:/i, '') };
  const name = match[1].trim().replace(/^"(.*)"$/s, '$1');
  const address = match[2].trim().replace(/^mailto:/i, '');
  return { name: addressKey(name) === addressKey(address) ? '' : name, address };
}

/** Everything pasted or typed at once: "A <a@x>, b@y; c@z", one a line, or blanks between bare addresses. */
export function parseAddresses(text: string): AddressView[] {
  return pieces(text)
    .flatMap((piece) => {
      const words = piece.split(/\s+/);
      return words.length > 1 && words.every(isAddress) ? words : [piece];
    })
    .map(parseAddress)
    .filter(({ address }) => address !== '');
}

/** Without repetitions; the first spelling stays. */
export function uniqueAddresses(list: readonly AddressView[]): AddressView[] {
  const seen = new Set<string>();
  return list.filter(({ address }) => {
    const key = addressKey(address);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Whom an answer to all can go to: everybody a message names but the reader. More than one, and it differs from a plain answer. */
export function othersIn(
  { from, replyTo, to, cc }: Pick<MessageView, 'from' | 'replyTo' | 'to' | 'cc'>,
  own: ReadonlySet<string>,
): AddressView[] {
  const sender = replyTo.length > 0 ? replyTo : from ? [from] : [];
  return uniqueAddresses([...sender, ...to, ...cc]).filter(
    ({ address }) => address !== '' && !own.has(addressKey(address)),
  );
}

/** The people of a thread in one line; the reader's own addresses become `me`, at the end. */
export function participantsLine(people: readonly AddressView[], own: ReadonlySet<string>, me: string): string {
  const others = uniqueAddresses(people).filter(({ address }) => !own.has(addressKey(address)));
  if (others.length === 0) return people.length > 0 ? me : '';
  if (others.length === 1) return personName(others[0]);
  const names = others.map(shortName);
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} +${names.length - 3}` : names.join(', ');
}

/** Who matches what is typed: names and addresses of which a word begins with it first. Pure. @param typed in lower case */
export function suggestedFor(typed: string, people: readonly AddressView[]): AddressView[] {
  const rank = (person: AddressView) => {
    const text = addressText(person).toLowerCase();
    if (text.split(/[\s<"@.]+/).some((word) => word.startsWith(typed)) || text.startsWith(typed)) return 0;
    return text.includes(typed) ? 1 : 2;
  };
  const ranked = people.map((person) => ({ person, at: rank(person) })).filter(({ at }) => at < 2);
  return ranked.sort((a, b) => a.at - b.at).map(({ person }) => person);
}
