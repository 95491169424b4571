/** The modules the scorer compares: what was stored and read through the API, and two well-known parsers. Chosen by its environment. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const flat = (list) => [list ?? []].flat().flatMap((one) => one.group ?? one);
const people = (list) => flat(list).map(({ name, address }) => ({ name, address }));

async function ours() {
  const read = JSON.parse(readFileSync(process.env.CORPORA_READ, 'utf8'));
  return (raw) => {
    const found = read[createHash('sha256').update(raw).digest('hex')];
    if (!found) throw new Error('lost');
    return found;
  };
}

async function mailparser() {
  const { simpleParser } = await import('mailparser');
  return async (raw) => {
    const mail = await simpleParser(raw, { skipHtmlToText: false, skipTextToHtml: true, skipImageLinks: true });
    const { subject, date, text, messageId, references } = mail;
    const attachments = mail.attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size }));
    const list = (field) => people([field ?? []].flat().flatMap(({ value }) => value));
    return {
      ...{ subject, date, text, messageId, references, attachments },
      html: mail.html || '',
      from: list(mail.from),
      to: list(mail.to),
    };
  };
}

async function postalMime() {
  const { default: PostalMime } = await import('postal-mime');
  return async (raw) => {
    const mail = await PostalMime.parse(raw);
    const { subject, date, text, html, messageId, references } = mail;
    const attachments = mail.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      contentType: mimeType,
      size: typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength,
    }));
    return {
      ...{ subject, date, text, html, messageId, references, attachments },
      from: people(mail.from),
      to: people(mail.to),
    };
  };
}

const chosen = { ours, mailparser, postalMime }[process.env.CORPORA_PARSER];
export const parse = await chosen();
