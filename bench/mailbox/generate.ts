/**
 * A mailbox as people have them: conversations with lost parents and answers by subject only, four languages in their
 * charsets, raw 8-bit headers, doubled and missing Message-IDs, missing dates and subjects, flags that fit the age.
 */
import { realisticBody, smallBody } from './bodies';
import { encodedWords, isAscii, type Charset } from './encoding';
import { People, language, sentence, type Language, type Person } from './language';
import { Random } from './random';

export interface MailboxSettings {
  seed: number;
  count: number;
  /** `realistic`: about 120 KB a message, attachments included; `small`: about 1.5 KB. */
  profile: 'realistic' | 'small';
  owner: string;
}

export interface GeneratedMessage {
  raw: Buffer;
  internalDate: Date;
  flags: string[];
}

/** A message others may answer. */
interface Parent {
  id: string;
  references: string[];
  subject: string;
  charset: Charset;
}

const DAY = 86_400_000;
/** The messages spread over two years that end here: a fixed day, so that the bytes are always the same. */
const END = Date.UTC(2025, 5, 1);
const SPAN = 730 * DAY;
const ZONES = [0, 60, 120, 180, 330, 540, -300, -480];

/** Messages, oldest first. */
export function* generateMailbox({ seed, count, profile, owner }: MailboxSettings): Generator<GeneratedMessage> {
  const random = new Random(seed);
  const people = new People(random);
  const me: Person = { name: 'Anna Example', address: owner, charset: 'utf-8' };
  const recent: Parent[] = [];
  for (let index = 0; index < count; index++) {
    const date = new Date(END - SPAN + Math.floor(((index + random.share()) / count) * SPAN));
    const spoken = language(random);
    const charset = random.chance(0.35) ? 'utf-8' : spoken.charset;
    const body = (profile === 'small' ? smallBody : realisticBody)({ random, language: spoken, charset, date });
    const head = headers(random, people, me, { recent, spoken, charset, date, index, small: profile === 'small' });
    yield {
      raw: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n${body.head}\r\n`), ...body.body]),
      internalDate: date,
      flags: flagsOf(random, (END - date.getTime()) / DAY),
    };
  }
}

function flagsOf(random: Random, ageInDays: number): string[] {
  const seen = random.chance(ageInDays > 30 ? 0.95 : 0.6);
  return [
    ...(random.chance(0.04) ? ['\\Flagged'] : []),
    ...(seen && random.chance(0.2) ? ['\\Answered'] : []),
    ...(seen ? ['\\Seen'] : []),
  ];
}

interface Circumstances {
  recent: Parent[];
  spoken: Language;
  charset: Charset;
  date: Date;
  index: number;
  small: boolean;
}

function headers(random: Random, people: People, me: Person, about: Circumstances): string[] {
  const { recent, spoken, date } = about;
  const parent = recent.length > 0 && random.chance(0.55) ? recent[recentAt(random, recent.length)] : undefined;
  const mine = random.chance(parent ? 0.3 : 0.1);
  const from = mine ? me : people.one();
  const raw = random.chance(0.03);
  const subject = parent ? answerTo(random, parent.subject) : random.chance(0.01) ? '' : subjectOf(random, spoken);
  const charset = parent?.charset ?? about.charset;
  const double = random.chance(0.002) ? recent[random.int(0, recent.length - 1)] : undefined;
  const domain = from.address.split('@')[1];
  const id = double?.id ?? `<${about.index.toString(36)}.${random.word()}${random.word()}@${domain}>`;
  const nameless = random.chance(0.003);
  const bySubject = random.chance(0.03);
  const references = parent ? shortened([...parent.references, parent.id]) : [];

  const lines = [...trace(random, from, date, about.small)];
  lines.push(`From: ${address(random, from, raw)}`);
  lines.push(`To: ${addresses(random, [mine ? people.one() : me, ...more(random, people, 0.35, 12)], raw)}`);
  const copies = more(random, people, 0.25, 8);
  if (copies.length > 0) lines.push(`Cc: ${addresses(random, copies, raw)}`);
  if (subject) lines.push(`Subject: ${isAscii(subject) || raw ? subject : encodedWords(subject, charset)}`);
  if (!random.chance(0.003)) lines.push(`Date: ${mailDate(random, date)}`);
  if (!nameless) lines.push(`Message-ID: ${id}`);
  if (parent && !bySubject) {
    lines.push(`In-Reply-To: ${parent.id}`);
    if (!random.chance(0.05)) lines.push(`References: ${references.join('\r\n ')}`);
  }
  if (random.chance(0.05)) lines.push('Importance: high', 'X-Priority: 1');
  if (random.chance(0.15)) lines.push(`List-Unsubscribe: <https://news.example/u/${random.bits()}>`);
  if (!nameless && !double) {
    recent.push({ id, references, subject, charset });
    if (recent.length > 300) recent.shift();
  }
  return [...lines, 'MIME-Version: 1.0'];
}

/** Mostly the latest are answered. */
const recentAt = (random: Random, length: number) => Math.floor((1 - Math.pow(random.share(), 3)) * length * 0.9999);

const shortened = (references: string[]) =>
  references.length > 20 ? [references[0]!, ...references.slice(-19)] : references;

const answerTo = (random: Random, subject: string) =>
  /^re:/i.test(subject) ? subject : `${random.pick(['Re: ', 'RE: ', 'Re: ', 'AW: ', 'Fwd: '])}${subject}`;

const subjectOf = (random: Random, spoken: Language) =>
  sentence(random, spoken, spoken.name === 'ja' ? random.int(1, 3) : random.int(2, 9)).slice(0, -1);

/** What servers put on top. */
function trace(random: Random, from: Person, date: Date, short: boolean): string[] {
  const relay = () =>
    `Received: from mx${random.int(1, 9)}.example (10.0.${random.int(0, 255)}.${random.int(0, 255)}) by EX${random.int(1, 9)}.prod.outlook.example\r\n with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE) id 15.20.${random.int(1000, 9999)}.${random.int(1, 30)};\r\n ${mailDate(random, date)}`;
  if (short) return [`Return-Path: <${from.address}>`, relay()];
  const domain = from.address.split('@')[1];
  const signature = random
    .bytes(190)
    .toString('base64')
    .replace(/(.{70})/g, '$1\r\n ');
  return [
    `Return-Path: <${from.address}>`,
    relay(),
    relay(),
    relay(),
    `Authentication-Results: spf=pass (sender IP is 10.1.2.3)\r\n smtp.mailfrom=${domain}; dkim=pass; dmarc=pass`,
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=sel1;\r\n b=${signature}`,
    `X-MS-Exchange-Organization-SCL: ${random.int(0, 5)}`,
    `Thread-Index: ${random.bytes(22).toString('base64')}`,
  ];
}

function more(random: Random, people: People, probability: number, atMost: number): Person[] {
  const chosen: Person[] = [];
  while (chosen.length < atMost && random.chance(probability)) chosen.push(people.one());
  return chosen;
}

const addresses = (random: Random, people: readonly Person[], raw: boolean) =>
  people.map((person) => address(random, person, raw)).join(',\r\n ');

function address(random: Random, { name, address: spec, charset }: Person, raw: boolean): string {
  if (random.chance(0.1)) return spec;
  if (!isAscii(name)) return `${raw ? name : encodedWords(name, charset)} <${spec}>`;
  return /[,."']/.test(name) ? `"${name}" <${spec}>` : `${name} <${spec}>`;
}

/** RFC 5322 section 3.3, in some time zone. */
function mailDate(random: Random, date: Date): string {
  const zone = random.pick(ZONES);
  const local = new Date(date.getTime() + zone * 60_000).toUTCString().replace(/ GMT$/, '');
  const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60];
  const digits = (value: number) => String(value).padStart(2, '0');
  return `${local} ${zone < 0 ? '-' : '+'}${digits(hours)}${digits(minutes)}`;
}
