/** What people and newsletters write: plain text, Outlook's html, tables of newsletters, images, files, invitations. */
import type { Charset } from './encoding';
import { english, paragraph, sentence, type Language } from './language';
import { filePart, multipart, textPart, type Part } from './mime';
import type { Random } from './random';

export interface Writing {
  random: Random;
  language: Language;
  charset: Charset;
  date: Date;
}

const OUTLOOK_HEAD =
  '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv="Content-Type" content="text/html"><style><!-- p.MsoNormal{margin:0;font-size:11.0pt;font-family:"Calibri",sans-serif} a:link{color:#0563C1} .x1{mso-style-type:personal} --></style><!--[if mso]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang="EN-GB" link="#0563C1">';

const FILES = [
  ['.pdf', 'application/pdf'],
  ['.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['.zip', 'application/zip'],
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
] as const;

/** About 1.5 KB, plain or html. */
export function smallBody(writing: Writing): Part {
  const { random, language, charset } = writing;
  if (!random.chance(0.3)) return textPart(random, 'text/plain', plainText(writing, random.int(1, 3)), charset);
  const [one, two] = [paragraph(random, language), paragraph(random, language)];
  return textPart(random, 'text/html', `<html><body><p>${one}</p><p>${two}</p></body></html>`, charset);
}

/** One of five is plain, half have both alternatives; one of ten has inline images, one of ten attachments. */
export function realisticBody(writing: Writing): Part {
  const { random, charset } = writing;
  let body: Part;
  const kind = random.share();
  if (kind < 0.22) body = textPart(random, 'text/plain', plainText(writing, random.int(1, 12)), charset);
  else {
    const size = random.logUniform(5000, 60_000);
    const images = random.chance(0.13) ? random.int(1, 4) : 0;
    const ids = Array.from({ length: images }, (_none, at) => `image00${at + 1}.png@01D${random.word().toUpperCase()}`);
    const html = textPart(random, 'text/html', htmlText(writing, size, ids), charset);
    body = kind < 0.35 ? html : alternatives(writing, html, size);
    if (images > 0) {
      const pictures = ids.map((contentId, at) => {
        const content = random.bytes(random.logUniform(2000, 60_000));
        return filePart(random, { name: `image00${at + 1}.png`, type: 'image/png', content, contentId }, charset);
      });
      body = multipart(random, 'related', [body, ...pictures], ' type="multipart/alternative";');
    }
  }
  if (random.chance(0.1)) return multipart(random, 'mixed', [body, ...attachments(writing)]);
  if (random.chance(0.004)) return multipart(random, 'mixed', [body, forwarded(writing)]);
  return body;
}

function plainText({ random, language }: Writing, paragraphs: number): string {
  const text = Array.from({ length: paragraphs }, () => paragraph(random, language)).join('\r\n\r\n');
  return `${text}\r\n\r\n-- \r\n${random.pick(english.first)}\r\n`;
}

function alternatives(writing: Writing, html: Part, size: number): Part {
  const { random, charset } = writing;
  const plain = textPart(random, 'text/plain', plainText(writing, Math.max(1, Math.floor(size / 6000))), charset);
  return multipart(random, 'alternative', [plain, html, ...(random.chance(0.03) ? [invitation(writing)] : [])]);
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function htmlText({ random, language }: Writing, target: number, imageIds: readonly string[]): string {
  const pieces = [OUTLOOK_HEAD];
  for (const id of imageIds) {
    pieces.push(`<p class="MsoNormal"><img border="0" width="${random.int(20, 600)}" src="cid:${id}" alt="img"></p>`);
  }
  const newsletter = random.chance(0.45);
  let size = pieces.join('').length;
  let depth = 0;
  while (size < target) {
    let piece = newsletter ? newsletterRow(random, language) : outlookParagraph(random, language);
    if (!newsletter && depth < 6 && random.chance(0.04)) {
      piece +=
        '<div style="border:none;border-left:solid blue 1.5pt;padding:0cm 0cm 0cm 4.0pt"><blockquote type="cite">';
      depth++;
    }
    pieces.push(piece);
    size += piece.length;
  }
  pieces.push('</blockquote></div>'.repeat(depth));
  pieces.push(
    `<img src="https://track.example/o.gif?m=${random.bits()}" width="1" height="1" alt=""></body></html>\r\n`,
  );
  return pieces.join('');
}

function newsletterRow(random: Random, language: Language): string {
  const colour = `#f${random.int(0, 9)}f${random.int(0, 9)}f${random.int(0, 9)}`;
  const link = `https://click.news.example/c/${random.word()}${random.word()}?utm_source=mail&amp;id=${random.bits()}`;
  const image = `<img src="https://img.news.example/${random.word()}.png" width="${random.int(50, 600)}" height="${random.int(20, 300)}" style="display:block;border:0" alt="">`;
  const words = `<span style="font-weight:bold">${escaped(sentence(random, language, 6))}</span><br>${escaped(paragraph(random, language))}`;
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;background-color:${colour}"><tr><td align="center" valign="top" style="padding:${random.int(4, 24)}px;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5;color:#333333"><a href="${link}" style="color:#1155cc;text-decoration:none" target="_blank">${image}</a>${words}</td></tr></table>\r\n`;
}

function outlookParagraph(random: Random, language: Language): string {
  const text = `<p class="MsoNormal" style="margin-bottom:12.0pt"><span style="font-size:11.0pt;color:#1F497D;mso-fareast-language:EN-US">${escaped(paragraph(random, language))}<o:p></o:p></span></p>`;
  const list = `<ul type="disc"><li class="MsoNormal">${escaped(sentence(random, language, 8))}</li><li>${escaped(sentence(random, language, 5))}</li></ul>`;
  const link = `<p><a href="https://portal.example/item/${random.bits()}">https://portal.example/item</a></p>`;
  return `${text}${random.chance(0.15) ? list : ''}${random.chance(0.1) ? link : ''}\r\n`;
}

/** 100 KB to 2 MB in all. */
function attachments({ random, language, charset }: Writing): Part[] {
  const count = random.chance(0.25) ? random.int(2, 4) : 1;
  const total = random.logUniform(100_000, 2_000_000);
  return Array.from({ length: count }, () => {
    const [extension, type] = random.pick(FILES);
    const words = sentence(random, language, language.name === 'ja' ? 1 : 2).replace(/[^\p{L}\p{N} ]/gu, '');
    const content = random.bytes(Math.max(1000, Math.floor(total / count)));
    return filePart(random, { name: `${words}${extension}`, type, content }, charset);
  });
}

function invitation({ random, date }: Writing): Part {
  const start = date.toISOString().replace(/[-:]|\.\d+/g, '');
  const lines = [
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    'PRODID:Microsoft Exchange Server 2010',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `UID:${random.word()}@cal`,
    `DTSTART:${start}`,
    `SUMMARY:${sentence(random, english, 4)}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return {
    head: 'Content-Type: text/calendar; charset="utf-8"; method=REQUEST\r\nContent-Transfer-Encoding: 7bit\r\n',
    body: [Buffer.from(lines.join('\r\n'))],
  };
}

function forwarded(writing: Writing): Part {
  const head = `From: a@b.example\r\nTo: c@d.example\r\nSubject: forwarded original\r\nMessage-ID: <f${writing.random.word()}@b.example>\r\nContent-Type: text/plain\r\n\r\n`;
  return {
    head: 'Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n',
    body: [Buffer.from(`${head}${plainText({ ...writing, language: english }, 2)}`)],
  };
}
