/** BODYSTRUCTURE to what a reader needs: which parts are the text, which are attachments. Pure; the input is hostile. */
import libmime from 'libmime';
import type { MessageStructureObject } from 'imapflow';
import type { AttachmentView } from '../../shared/types';
import { oneLine } from './decode';

/** A part that is read as text. */
export interface TextPart {
  /** IMAP body section. */
  part: string;
  subtype: 'plain' | 'html';
  encoding: string | undefined;
  charset: string | undefined;
  flowed: boolean;
  delSp: boolean;
  /** Octets as encoded; a claim of the server. */
  size: number;
}

/** One piece of the text, in the order of the message; the alternatives of a piece say the same. */
export interface TextSection {
  plain?: TextPart;
  html?: TextPart;
}

export interface MessageParts {
  sections: TextSection[];
  attachments: AttachmentView[];
  /** False where the structure is broken (Exchange puts NIL where a part is due): the message must be read whole. */
  trusted: boolean;
}

const MAX_PARTS = 500;
const MAX_DEPTH = 30;
const TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

/** The parts of a message. Never throws. */
export function partsOf(structure: MessageStructureObject | null | undefined): MessageParts {
  const found: MessageParts = { sections: [], attachments: [], trusted: true };
  if (!structure || typeof structure !== 'object') return { ...found, trusted: false };
  const count = { parts: 0, leaves: 0 };

  const walk = (node: MessageStructureObject, depth: number, parent: string, section: TextSection | null): void => {
    const type = String(node.type ?? '').toLowerCase();
    if (++count.parts > MAX_PARTS || depth > MAX_DEPTH || !TYPE.test(type)) {
      found.trusted = false;
      return;
    }
    if (!type.startsWith('multipart/')) return leaf(node, type, parent, section);
    const children = Array.isArray(node.childNodes) ? node.childNodes : [];
    if (children.length === 0) found.trusted = false;
    const shared = type === 'multipart/alternative' ? (section ?? newSection()) : section;
    for (const child of children) walk(child, depth + 1, type, shared);
  };

  const newSection = (): TextSection => {
    const section = {};
    found.sections.push(section);
    return section;
  };

  const leaf = (node: MessageStructureObject, type: string, parent: string, shared: TextSection | null): void => {
    const first = ++count.leaves === 1;
    const named = Boolean(node.dispositionParameters?.filename ?? node.parameters?.name);
    const subtype = type === 'text/plain' ? 'plain' : type === 'text/html' ? 'html' : null;
    // A name alone makes a file of a text, unless it is the first thing in the message.
    const isText = subtype && node.disposition !== 'attachment' && (!named || (first && node.disposition !== 'inline'));
    if (!isText) {
      // A second rendering for other readers, of no use as a file.
      if (type !== 'text/x-amp-html') found.attachments.push(attachmentOf(node, type, parent));
      return;
    }
    const section = shared && !shared[subtype] ? shared : newSection();
    section[subtype] = textPartOf(node, subtype);
  };

  walk(structure, 0, '', null);
  found.sections = found.sections.filter((section) => section.plain ?? section.html);
  // Servers answer a multipart without usable boundaries with one empty text: nothing of the message would be seen.
  const empty = textPartsOf(found).every(({ size }) => size === 0) && found.attachments.length === 0;
  if (empty && String(structure.type).toLowerCase().startsWith('multipart/')) found.trusted = false;
  return found;
}

const parameter = (parameters: Record<string, string> | undefined, name: string): string | undefined => {
  const value: unknown = parameters?.[name];
  return typeof value === 'string' ? value : undefined;
};

function textPartOf(node: MessageStructureObject, subtype: 'plain' | 'html'): TextPart {
  return {
    part: node.part ?? '1',
    subtype,
    encoding: node.encoding?.toLowerCase(),
    charset: parameter(node.parameters, 'charset'),
    flowed: parameter(node.parameters, 'format')?.toLowerCase() === 'flowed',
    delSp: parameter(node.parameters, 'delsp')?.toLowerCase() === 'yes',
    size: Number(node.size) || 0,
  };
}

function attachmentOf(node: MessageStructureObject, type: string, parent: string): AttachmentView {
  const contentId = node.id?.trim().replace(/^<|>$/g, '').slice(0, 255) || null;
  const inline = contentId !== null && node.disposition !== 'attachment' && type.startsWith('image/');
  const part = node.part ?? '1';
  const named = parameter(node.dispositionParameters, 'filename') ?? parameter(node.parameters, 'name') ?? '';
  return {
    part,
    filename: safeFilename(named) || unnamed(node, type, part),
    contentType: type,
    size: decodedSize(Number(node.size) || 0, node.encoding),
    inline: inline && (parent === 'multipart/related' || node.disposition === 'inline'),
    contentId,
  };
}

/** Octets of a file, estimated from those of its encoding: lines of 76 signs, and one octet of padding on the average. */
function decodedSize(octets: number, encoding: string | undefined): number {
  if (encoding?.toLowerCase() !== 'base64') return octets;
  const signs = octets - 2 * Math.floor(octets / 78);
  return Math.max(0, Math.floor((signs * 3) / 4) - 1);
}

function unnamed(node: MessageStructureObject, type: string, part: string): string {
  if (type === 'text/calendar') return 'invite.ics';
  if (type === 'message/rfc822') return `${safeFilename(node.envelope?.subject ?? '') || 'message'}.eml`;
  return `attachment-${part}.${libmime.detectExtension(type)}`;
}

/** A name without folders, control characters and tricks of direction; empty when nothing is left. */
export function safeFilename(name: string): string {
  const base = oneLine(name, 4000).split(/[\\/]/).pop() ?? '';
  const clean = base.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"|?*]/g, '').replace(/^[. ]+|[. ]+$/g, '');
  if (clean.length <= 180) return clean;
  const extension = /\.[^.]{1,12}$/.exec(clean)?.[0] ?? '';
  return clean.slice(0, 180 - extension.length).replace(/[\ud800-\udbff]$/, '') + extension;
}

/** What is worth keeping of a structure: enough to find the parts of a message again, without asking the server. */
export function compactStructure(node: MessageStructureObject): MessageStructureObject {
  const short = (parameters: Record<string, string> | undefined) => {
    const kept: Record<string, string> = {};
    for (const name in parameters) kept[name] = String(parameters[name]).slice(0, 2000);
    return kept;
  };
  return {
    ...(node.part !== undefined && { part: node.part }),
    type: node.type,
    ...(node.parameters && { parameters: short(node.parameters) }),
    ...(node.encoding && { encoding: node.encoding }),
    ...(node.size !== undefined && { size: node.size }),
    ...(node.disposition && { disposition: node.disposition }),
    ...(node.dispositionParameters && { dispositionParameters: short(node.dispositionParameters) }),
    ...(node.id && { id: String(node.id).slice(0, 300) }),
    ...(node.envelope?.subject && { envelope: { subject: node.envelope.subject } }),
    ...(node.childNodes && { childNodes: node.childNodes.map(compactStructure) }),
  };
}

/** Whether a list shows the paper clip: inline images do not count. */
export function hasAttachments(parts: MessageParts): boolean {
  return parts.attachments.some((attachment) => !attachment.inline);
}

/** The text parts to fetch for these sections. */
export function textPartsOf(parts: MessageParts): TextPart[] {
  return parts.sections.flatMap(({ plain, html }) => [plain, html].filter((part) => part !== undefined));
}
