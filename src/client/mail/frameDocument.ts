/** The document that shows one message's html: what it may load is decided by its first element. Pure. */
import type { AddressView } from '../../shared/types';
import { parseAddress } from './addresses';

/** Never `allow-scripts`: with `allow-same-origin` it would undo the whole frame. */
export const FRAME_SANDBOX = 'allow-same-origin allow-popups';

/** What a message may load: inline images always, remote ones for a message its reader allowed them. */
export function framePolicy(remoteImages: boolean): string {
  const images = remoteImages ? 'data: https:' : 'data:';
  return `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'`;
}

/** How the html is shown where it says nothing itself. */
export interface FrameLook {
  background: string;
  text: string;
  quiet: string;
  link: string;
  /** Pixels. */
  fontSize: number;
}

/** A white sheet, in the dark theme too: mail is written for white. Fixed widths may scroll, nothing may overflow the page. */
const WHITE: FrameLook = { background: '#fff', text: '#1f1f1f', quiet: '#595959', link: '#0958d9', fontSize: 14 };

const sheet = ({ background, text, quiet, link, fontSize }: FrameLook): string => `
html{color-scheme:light}
html,body{margin:0;padding:0;height:auto!important;min-height:0!important;background:${background};overflow:hidden}
body{color:${text};font:${fontSize}px/1.55 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
#mail-sheet{display:flow-root;padding:4px 2px 12px;overflow-x:auto;overflow-y:hidden}
#mail-sheet>:first-child,#mail-sheet>:first-child>:first-child{margin-top:0}
#mail-sheet>:last-child,#mail-sheet>:last-child>:last-child{margin-bottom:0}
#mail-sheet img{max-width:100%;height:auto}
#mail-sheet img:not([src]){background:#f0f0f0;color:#595959;font-size:12px}
#mail-sheet pre{white-space:pre-wrap}
#mail-sheet blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid #d0d0d0;color:${quiet}}
#mail-sheet a{color:${link}}
`;

export const SHEET_ID = 'mail-sheet';

/**
 * @param html the server's sanitised html; it is not trusted for that: without scripts and with this policy it can show, not act
 * @param remoteImages whether images may come over https
 * @param look for what was written here, without colours of its own
 */
export function frameDocument(html: string, remoteImages: boolean, look: FrameLook = WHITE): string {
  return (
    `<meta http-equiv="Content-Security-Policy" content="${framePolicy(remoteImages)}">` +
    '<meta charset="utf-8"><meta name="referrer" content="no-referrer"><base target="_blank">' +
    `<style>${sheet(look)}</style><div id="${SHEET_ID}" dir="auto">${html}</div>`
  );
}

/** Whether a link of a message may be opened, and where it leads; null for anything but web pages, mail addresses and telephones. */
export function safeLink(href: string | null): string | null {
  if (!href) return null;
  try {
    const url = new URL(href);
    return ['https:', 'http:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** What a mailto: link begins a mail with. */
export interface MailtoStart {
  to: AddressView[];
  cc: AddressView[];
  subject: string;
  text: string;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * What a mailto: link ({@link safeLink}) writes; as it stands there where its encoding is broken. RFC 6068. Other fields than these
 * are the sender's wish, not the reader's.
 */
export function mailtoStart(link: string): MailtoStart {
  const url = new URL(link);
  const fields = url.search
    .slice(1)
    .split('&')
    .map((field): [string, string] => {
      const at = field.indexOf('=');
      return [field.slice(0, Math.max(at, 0)).toLowerCase(), field.slice(at + 1)];
    });
  const valuesOf = (name: string) => fields.flatMap(([field, value]) => (field === name ? [value] : []));
  const people = (lists: string[]) =>
    lists
      .flatMap((list) => list.split(','))
      .map((one) => parseAddress(decoded(one)))
      .filter(({ address }) => address !== '');
  return {
    to: people([url.pathname, ...valuesOf('to')]),
    cc: people(valuesOf('cc')),
    subject: decoded(valuesOf('subject')[0] ?? '').replace(/\s+/g, ' '),
    text: decoded(valuesOf('body').join('%0A')).replace(/\r\n?/g, '\n'),
  };
}

/** A layout that grows with its own frame (100vh and the like) is left alone after this many changes. */
const MOST_RESIZES = 60;

/** How high a frame has to be for its page; null where its page grows with it without end. A new width is a new beginning. */
export function heightKeeper(): (width: number, height: number) => number | null {
  const changes = new Map<number, number>();
  return (width, height) => {
    const count = (changes.get(width) ?? 0) + 1;
    changes.set(width, count);
    return count < MOST_RESIZES ? Math.ceil(height) : null;
  };
}
