/** Makes html of a mail safe to show: tags, attributes, styles, links and images by allow-list (docs/security.md). Pure. */
import sanitizeHtml, { type Attributes, type IOptions, type Tag } from 'sanitize-html';
import { MailError } from '../errors';
import { safeStyle } from './styles';

/** Raised with every change of what comes out: cached results of older versions are made again. */
export const SANITISER_VERSION = 3;

/** Longer html is not made safe but shown as text. Characters. */
export const LONGEST_HTML = 3_000_000;

export interface SanitisedHtml {
  /** May hold https images; {@link blockRemoteImages} takes them out. */
  html: string;
  /** How many images lie on other servers, those that can never be shown included. */
  remoteImages: number;
}

const TABLE = ['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'];
const TEXT = [
  ...['a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br', 'center', 'cite'],
  ...['code', 'dd', 'del', 'details', 'dfn', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'font', 'footer'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hgroup', 'hr', 'i', 'ins', 'kbd', 'li', 'main', 'mark', 'menu'],
  ...['nav', 'ol', 'p', 'pre', 'q', 'rp', 'rt', 'ruby', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong'],
  ...['sub', 'summary', 'sup', 'time', 'tt', 'u', 'ul', 'var', 'wbr'],
];
/** Tags whose content is not text to read: it goes with them. */
const UNREADABLE = [
  ...['script', 'style', 'textarea', 'option', 'xmp', 'title', 'template', 'noembed', 'noframes', 'iframe'],
  ...['select', 'object', 'applet', 'audio', 'video', 'canvas', 'plaintext', 'datalist'],
];

const number = /^\d{1,4}$/;
const measure = /^\d{1,5}(?:\.\d{1,3})?(?:px|%)?$/;
const word = /^[a-z][a-z-]{0,20}$/i;
const colour = /^(?:#?[\da-f]{3,8}|[a-z]{3,30})$/i;
const anyText = /^[\s\S]{0,2000}$/;

/** Attribute → what its value must look like; `href`, `src` and `style` are rewritten instead. */
const ATTRIBUTES: ReadonlyMap<string, RegExp> = new Map<string, RegExp>([
  ['align', word],
  ['valign', word],
  ['dir', /^(?:ltr|rtl|auto)$/i],
  ['lang', /^[a-z\d-]{1,35}$/i],
  ['title', anyText],
  ['alt', anyText],
  ['width', measure],
  ['height', measure],
  ['bgcolor', colour],
  ['color', colour],
  ['bordercolor', colour],
  ['border', number],
  ['cellpadding', measure],
  ['cellspacing', measure],
  ['colspan', number],
  ['rowspan', number],
  ['span', number],
  ['nowrap', /^(?:nowrap)?$/i],
  ['hspace', number],
  ['vspace', number],
  ['size', /^[+-]?\d{1,3}(?:px|%)?$/],
  ['face', /^[\w\s,'"\-\u0080-\uffff]{1,200}$/],
  ['type', word],
  ['start', /^-?\d{1,6}$/],
  ['value', /^-?\d{1,6}$/],
  ['scope', word],
  ['open', /^(?:open)?$/i],
  ['reversed', /^(?:reversed)?$/i],
  ['datetime', /^[\w\s:.+-]{1,40}$/],
]);

/** Characters that browsers ignore inside addresses, and that hide a scheme from a careless check. */

const IGNORED = /[\u0000-\u0020\u007f-\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]/g;

/** An address a reader may click, or null: only http, https, mailto and tel. */
export function safeLink(href: string): string | null {
  if (href.length > 8_000) return null;
  const compact = href.trim();
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(compact.replace(IGNORED, ''))?.[1]?.toLowerCase();
  if (scheme === 'mailto' || scheme === 'tel') {
    const [target = '', ...fields] = compact.split('?');
    // Blanks stand between the words of a subject.
    return [target, ...fields.map((text) => text.replaceAll(' ', '%20'))].join('?').replace(IGNORED, '');
  }
  if (scheme !== 'http' && scheme !== 'https') return null;
  try {
    const url = new URL(compact);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** The https address of an image on another server, or null where there is none that a browser could load. */
function remoteImage(src: string): string | null {
  try {
    const url = new URL(src.startsWith('//') ? `https:${src}` : src);
    if (url.protocol === 'http:') url.protocol = 'https:';
    return url.protocol === 'https:' && url.href.length <= 4_000 ? url.href : null;
  } catch {
    return null;
  }
}

const DATA_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|bmp);base64,[a-z\d+/=\s]+$/i;
const LONGEST_DATA_IMAGE = 1_500_000;

interface ImageRules {
  /** Content-ID without angle brackets, lower case → data: URI. */
  inline: ReadonlyMap<string, string>;
  /** Called for each image on another server. */
  onRemote(): void;
  keepRemote: boolean;
  /** Whether a `cid:` address of a mail being written stays: it names a file of that mail. */
  keepOwn?: boolean;
}

/** Content-IDs that a mail being written gives its images (src/server/submission/images.ts). */
const OWN_IMAGE = /^cid:[\w.-]{1,80}@(?:upload|original)\.invalid$/;

/** What the `src` of an image becomes; null removes it and leaves the alternative text. */
function imageSource(raw: string, rules: ImageRules): string | null {
  const src = raw.trim();
  if (rules.keepOwn && OWN_IMAGE.test(src)) return src;
  if (/^cid:/i.test(src)) return rules.inline.get(contentIdOf(src)) ?? null;
  if (/^data:/i.test(src)) return src.length <= LONGEST_DATA_IMAGE && DATA_IMAGE.test(src) ? src : null;
  if (!/^(?:https?:)?\/\//i.test(src)) return null;
  rules.onRemote();
  return rules.keepRemote ? remoteImage(src) : null;
}

/** The key of an inline image: from a `cid:` address (RFC 2392, percent-encoded) or a Content-ID header. */
export function contentIdOf(value: string): string {
  const id = value.trim().replace(/^cid:/i, '').replace(/^<|>$/g, '');
  try {
    return decodeURIComponent(id).toLowerCase();
  } catch {
    return id.toLowerCase();
  }
}

function safeAttributes(tag: string, attributes: Attributes, images: ImageRules): Attributes {
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style') {
      const style = safeStyle(value);
      if (style) kept.style = style;
    } else if (ATTRIBUTES.get(name)?.test(value)) {
      kept[name] = value;
    }
  }
  if (tag === 'a') {
    const link = attributes.href === undefined ? null : safeLink(attributes.href);
    if (link) Object.assign(kept, { href: link, target: '_blank', rel: 'noopener noreferrer' });
  }
  if (tag === 'img') {
    const source = attributes.src === undefined ? null : imageSource(attributes.src, images);
    if (source) kept.src = source;
  }
  return kept;
}

/** The page itself becomes a block, so that its colours stay. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['body', 'div'],
  ['dir', 'ul'],
  ['listing', 'pre'],
]);

function options(tags: string[], images: ImageRules): IOptions {
  return {
    allowedTags: tags,
    // Names only: values were checked by the transformation below.
    allowedAttributes: { '*': [...ATTRIBUTES.keys(), 'style'], a: ['href', 'target', 'rel'], img: ['src'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['https', 'data'] },
    allowProtocolRelative: false,
    disallowedTagsMode: 'discard',
    nonTextTags: UNREADABLE,
    parseStyleAttributes: false,
    nestingLimit: 200,
    transformTags: {
      '*': (name: string, attributes: Attributes): Tag => {
        const tagName = RENAMED.get(name) ?? name;
        return { tagName, attribs: safeAttributes(tagName, attributes, images) };
      },
    },
  };
}

/** Open elements at once, more than any mail has: the parser's time grows with their square. */
const DEEPEST = 25_000;

/** Counts open elements and throws what `refuse` makes where there are too many. */
function depthLimit(deepest: number, refuse: () => MailError): Pick<IOptions, 'onOpenTag' | 'onCloseTag'> {
  let depth = 0;
  return {
    onOpenTag: () => {
      if (++depth > deepest) throw refuse();
    },
    onCloseTag: () => {
      depth -= 1;
    },
  };
}

/**
 * Html of a mail, made safe for the sandboxed frame.
 * @param inline Content-ID ({@link contentIdOf}) → data: URI of the images that came along
 * @throws MailError permanent `htmlUnsafe` for html that nests too deep
 */
export function sanitise(html: string, inline: ReadonlyMap<string, string> = new Map()): SanitisedHtml {
  let remoteImages = 0;
  const rules: ImageRules = { inline, onRemote: () => remoteImages++, keepRemote: true };
  const settings = {
    ...options([...TEXT, ...TABLE, 'img'], rules),
    ...depthLimit(DEEPEST, () => new MailError('permanent', 'htmlUnsafe', { who: 'nobody' })),
  };
  return { html: sanitizeHtml(html, settings), remoteImages };
}

/** Takes images on other servers out of the result of {@link sanitise}: in it `<` and `>` only ever belong to tags. */
export function blockRemoteImages(sanitised: string): string {
  return sanitised.replace(/<img\b[^>]*>/g, (tag) => tag.replace(/ src="https:[^"]*"/g, ''));
}

/** Fewer than {@link DEEPEST}: short html for the editor is made safe while the host waits. */
const DEEPEST_IN_EDITOR = 1_000;

/**
 * Html that enters the editor (a quote in a reply, a pasted draft): structure, text and links; no image that is not in the text itself,
 * no hidden text, no colours that would fight the editor's.
 * @param inline Content-ID ({@link contentIdOf}) → `cid:` address under which an image of the original comes along
 * @throws MailError permanent `invalidInput` for html that nests deeper than any that {@link sanitise} or an editor makes
 */
export function sanitiseForEditor(html: string, inline: ReadonlyMap<string, string> = new Map()): string {
  const images: ImageRules = { inline, onRemote: () => undefined, keepRemote: false, keepOwn: true };
  const settings = options([...TEXT, ...TABLE, 'img'], images);
  return sanitizeHtml(html, {
    ...settings,
    allowedAttributes: {
      ...Object.fromEntries(['td', 'th'].map((tag) => [tag, ['colspan', 'rowspan', 'align']])),
      a: ['href', 'target', 'rel'],
      img: ['src', 'alt', 'width', 'height'],
      ol: ['start'],
      '*': ['dir', 'lang'],
    },
    allowedSchemesByTag: { img: ['data', 'cid'] },
    exclusiveFilter: (frame) => frame.tag === 'img' && !frame.attribs.src,
    ...depthLimit(DEEPEST_IN_EDITOR, () => new MailError('permanent', 'invalidInput', { params: { field: 'html' } })),
  });
}
