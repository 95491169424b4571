/** Turns scripts into the messages of one mailbox. */
import type { SandboxUser } from '../fixtures';
import type { NewMessage } from '../imap/wire';
import { CITIES, ENGLISH, MONTHS } from './english';
import { csv, docx, pdf, png } from './files';
import type { DemoFile } from './files';
import { FOREIGN, REPLY_PREFIX } from './foreign';
import type { Script } from './foreign';
import { compose } from './mime';
import type { Composed, Inline, Person } from './mime';
import { abroad, colleagues, partners } from './people';
import type { Correspondent, Language } from './people';
import type { Random } from './random';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export type Place = 'inbox' | 'sent' | 'archive' | 'drafts' | 'deleted' | 'junk';

export interface Placed {
  place: Place;
  date: Date;
  message: NewMessage;
}

export interface Owner {
  user: SandboxUser;
  now: Date;
  random: Random;
}

export function personOf(user: SandboxUser): Person {
  return { name: user.name, email: user.upn };
}

/** The whole of the business correspondence: `rounds` passes over the English scripts, and every foreign one. */
export function conversations(owner: Owner, rounds: number): Placed[] {
  const { random, now } = owner;
  const placed: Placed[] = [];
  const start = () => new Date(now.getTime() - random.next() ** 1.3 * 59 * DAY - 2 * HOUR);
  for (let round = 0; round < rounds; round++) {
    for (const script of ENGLISH) {
      const internal = /board deck|Onboarding|Minutes|Travel|approve/.test(script.subject);
      const other = random.pick(internal ? colleagues : partners);
      placed.push(...thread(owner, script, other, workingHour(start(), random)));
    }
  }
  for (const other of abroad) {
    const scripts = other.language === 'en' ? [] : FOREIGN[other.language];
    for (const script of scripts) placed.push(...thread(owner, script, other, workingHour(start(), random)));
  }
  return placed;
}

/** One thread with real References; turns that would lie in the future have not been written yet. */
function thread(owner: Owner, script: Script, other: Correspondent, begin: Date): Placed[] {
  const { user, now, random } = owner;
  const me = personOf(user);
  if (other.email === user.upn) return [];
  const values = slots(owner, other);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
  const subject = fill(script.subject);
  const archived = random.chance(0.12);
  const copied = random.chance(0.25)
    ? colleagues.filter(({ email }) => email !== other.email && email !== me.email)
    : [];
  const history: Composed[] = [];
  const placed: Placed[] = [];
  let date = begin;
  for (const [index, turn] of script.turns.entries()) {
    if (date > now) break;
    const mine = index % 2 === 1;
    const before = history.at(-1);
    const message: Composed = {
      id: `${random.hex(24)}@${mine ? 'contoso.onmicrosoft.com' : (other.email.split('@')[1] ?? '')}`,
      date,
      from: mine ? me : other,
      to: [mine ? other : me],
      cc: copied.slice(0, 1),
      subject: before ? REPLY_PREFIX[other.language] + subject : subject,
      text: '',
      inReplyTo: before?.id,
      references: history.map(({ id }) => id),
      attachments: index === 0 && script.file ? [fileFor(script.file, subject, random)] : [],
      inline: !mine && random.chance(0.12) ? [logo(random)] : [],
      headers: { 'X-Mailer': 'Demo Mail 1.0' },
    };
    write(message, fill(turn), before, mine ? 'en' : other.language);
    history.push(message);
    placed.push({ place: mine ? 'sent' : archived ? 'archive' : 'inbox', date, message: { raw: compose(message) } });
    date = workingHour(new Date(date.getTime() + (0.4 + random.next() * 30) * HOUR), random);
  }
  return placed.map((one, index) => withFlags(one, owner, index < placed.length - 1));
}

function withFlags(placed: Placed, { now, random }: Owner, answered: boolean): Placed {
  const age = now.getTime() - placed.date.getTime();
  const seen = placed.place === 'sent' || answered || age > 4 * DAY || random.chance(0.35);
  const flags = [
    ...(seen ? ['\\Seen'] : []),
    ...(answered && placed.place !== 'sent' ? ['\\Answered'] : []),
    ...(placed.place === 'inbox' && random.chance(0.06) ? ['\\Flagged'] : []),
  ];
  return { ...placed, message: { ...placed.message, flags, internalDate: placed.date } };
}

function slots({ user, random }: Owner, other: Correspondent): Record<string, string> {
  return {
    me: user.name.split(' ')[0] ?? user.name,
    them: other.name.split(' ')[0] ?? other.name,
    company: other.company,
    number: String(random.int(20_100, 20_999)),
    po: `PO-${random.int(4100, 4999)}`,
    quarter: String(random.int(1, 4)),
    month: random.pick(MONTHS),
    city: random.pick(CITIES),
  };
}

/** Text and HTML with signature and, in replies, Outlook's quotation of the message before. */
function write(message: Composed, text: string, before: Composed | undefined, language: Language): void {
  const right = language === 'ar' || language === 'he';
  const signature = `${message.from.name}\n${message.from.email}`;
  const quoted = before ? `\n\n________________________________\n${quoteHead(before)}\n\n${before.text}` : '';
  message.text = `${text}\n\n${signature}${quoted}\n`;
  const image = message.inline?.[0];
  const parts = [
    `<div${right ? ' dir="rtl"' : ''} style="font-family:Aptos,Calibri,sans-serif;font-size:12pt">${paragraphs(text)}`,
    `<p style="color:#555">${escape(signature).replace('\n', '<br>')}</p>`,
    image ? `<p><img src="cid:${image.cid}" width="160" alt="${escape(image.name)}"></p>` : '',
    '</div>',
    before
      ? `<hr><div id="divRplyFwdMsg"><font face="Calibri">${escape(quoteHead(before)).replace(/\n/g, '<br>')}</font></div>${bodyOf(before)}`
      : '',
  ];
  message.html = `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body lang="${language}">${parts.join('\n')}</body></html>`;
}

function quoteHead({ from, date, to, subject }: Composed): string {
  const people = to.map(({ name, email }) => `${name} <${email}>`).join('; ');
  return `From: ${from.name} <${from.email}>\nSent: ${date.toUTCString()}\nTo: ${people}\nSubject: ${subject}`;
}

function bodyOf({ html = '' }: Composed): string {
  return /<body[^>]*>([\s\S]*)<\/body>/.exec(html)?.[1]?.replace(/<img[^>]*>/g, '') ?? '';
}

function paragraphs(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((one) => {
      const items = one.split('\n').filter((line) => line.startsWith('- '));
      if (items.length) return `<ul>${items.map((item) => `<li>${escape(item.slice(2))}</li>`).join('')}</ul>`;
      return `<p>${escape(one).replace(/\n/g, '<br>')}</p>`;
    })
    .join('\n');
}

export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function fileFor(kind: NonNullable<Script['file']>, subject: string, random: Random): DemoFile {
  const name = subject
    .replace(/[^\p{L}\p{N}#.-]+/gu, ' ')
    .trim()
    .slice(0, 40);
  if (kind === 'pdf')
    return pdf(`${name}.pdf`, [subject, '', `Total: ${random.int(400, 9800)}.00 EUR`, 'Due within 30 days']);
  if (kind === 'docx') return docx(`${name}.docx`, [subject, 'Draft for review.', 'Changes are in sections 3 and 7.']);
  const rows = ['North', 'South', 'East', 'West'].map((region) => [region, random.int(120, 900), random.int(2, 40)]);
  return csv(`${name}.csv`, [['Region', 'Revenue', 'Orders'], ...rows]);
}

export function logo(random: Random): Inline {
  const bars = Array.from({ length: 6 }, () => random.int(3, 20));
  const colour: [number, number, number] = [random.int(0, 90), random.int(80, 160), random.int(140, 220)];
  return {
    ...png('image001.png', bars, colour),
    cid: `image001.png@${random.hex(8).toUpperCase()}.${random.hex(8).toUpperCase()}`,
  };
}

/** Moves a date into a working day between 7 and 18 UTC, never backwards past its own day. */
function workingHour(date: Date, random: Random): Date {
  const moved = new Date(date);
  while (moved.getUTCDay() === 0 || moved.getUTCDay() === 6) moved.setUTCDate(moved.getUTCDate() + 1);
  if (moved.getUTCHours() < 7) moved.setUTCHours(random.int(7, 10), random.int(0, 59));
  if (moved.getUTCHours() > 18) {
    moved.setUTCDate(moved.getUTCDate() + 1);
    moved.setUTCHours(random.int(7, 11), random.int(0, 59));
  }
  return moved;
}
