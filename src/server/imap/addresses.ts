/** Lists of addresses (RFC 5322 section 3.4) as mailers write them. Pure; the input is hostile. */
import iconv from 'iconv-lite';
import { addressParser, decodeWords } from 'postal-mime';
import type { AddressView } from '../../shared/types';
import { oneLine } from './decode';
import { withoutComments } from './mailDate';

const MAX_ADDRESSES = 500;

/** UTF-7 in encoded words (old Outlook): refused by the libraries, as a charset of whole pages should be. */
export function decodeUtf7Words(value: string): string {
  if (!value.includes('=?')) return value;
  return value.replace(
    /=\?(?:unicode-1-1-)?utf-?7(?:\*[\w-]*)?\?([qb])\?([^?\s]*)\?=/gi,
    (_word, encoding: string, payload: string) => {
      const bytes =
        encoding.toLowerCase() === 'b'
          ? Buffer.from(payload, 'base64')
          : Buffer.from(
              payload
                .replace(/_/g, ' ')
                .replace(/=([0-9a-f]{2})/gi, (_hex, code: string) => String.fromCharCode(parseInt(code, 16))),
              'latin1',
            );
      return iconv.decode(bytes, 'utf-7');
    },
  );
}

/** Comments inside of an address say nothing (RFC 5322 section 3.4); those beside it are taken for a name. */
const withoutInnerComments = (value: string) =>
  value.replace(/<[^<>"]*>/g, (angle) =>
    angle.includes('(') && angle.length < 1000 ? withoutComments(angle).replace(/\s+/g, '') : angle,
  );

/** Any list, read by a library; groups are opened. */
export function anyAddresses(value: string): AddressView[] {
  return addressParser(withoutInnerComments(decodeUtf7Words(value)), { flatten: true })
    .slice(0, MAX_ADDRESSES)
    .map((entry) => ({ name: oneLine(entry.name, 250), address: oneLine(entry.address ?? '', 320) }))
    .filter(({ name, address }) => name || address);
}

/** One address as nearly all of them are written: `"Name, A." <a@b>`, `Name <a@b>`, `=?…?= <a@b>` or `a@b`. */
const WORD = "[\\w.'&!#$%*+/=?^{}|~-]{1,250}";
const QUOTED = "[\\w.'&,;:!#$%*+/^{}|~()-]{1,250}";
const ADDRESS = '[\\w.+=-]{1,64}@[\\w.-]{1,200}';
const PLAIN = new RegExp(
  `(?:(?:"(${QUOTED}(?: ${QUOTED}){0,20})" |(${WORD}(?: ${WORD}){0,20}) )?<(${ADDRESS})>|(${ADDRESS}))(?:, ?|$)`,
  'y',
);
const LONGEST_NAME = 250;
/** Where something starts that {@link decodeUtf7Words} reads. */
const UTF_7 = /=\?(?:unicode-1-1-)?utf-?7/i;

/** A list of nothing but ordinary addresses, or null: then a library has to read it. */
export function plainAddresses(value: string): AddressView[] | null {
  const found: AddressView[] = [];
  PLAIN.lastIndex = 0;
  for (let at = 0; at < value.length; at = PLAIN.lastIndex) {
    const match = PLAIN.exec(value);
    if (!match || found.length === MAX_ADDRESSES) return null;
    const [, quoted, words, inAngles, bare] = match;
    const name = quoted ?? words ?? '';
    if (name.length > LONGEST_NAME) return null;
    if (!name.includes('=?')) found.push({ name, address: inAngles ?? bare ?? '' });
    else if (UTF_7.test(name)) return null;
    else found.push({ name: oneLine(decodeWords(name), LONGEST_NAME), address: inAngles ?? '' });
  }
  return found;
}

/** Addresses of a field, at most 500; groups are opened. */
export function addressesOf(value: string): AddressView[] {
  return value === '' ? [] : (plainAddresses(value) ?? anyAddresses(value));
}
