/** Mail as people write it in a composer: the same set for ours and for bare nodemailer. */
import { english, paragraph, sentence } from '../mailbox/language';
import { Random } from '../mailbox/random';

/** A mail that is to be sent; nobody of the sandbox gets it. */
export interface BenchMail {
  to: string;
  subject: string;
  html: string;
  /** What the html says, for those who have to give both. */
  text: string;
  files: { filename: string; contentType: string; content: Buffer }[];
}

const HTML_LENGTH = 10_000;
const FILE_SIZE = 150_000;
/** One of so many has a file. */
const FILE_EVERY = 5;

/** The mails of a seed: about 10 KB of html each, in its middle what is answered. */
export function mailsToSend(count: number, seed: number): BenchMail[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_none, index) => {
    const paragraphs: string[] = [];
    for (let length = 0; length < HTML_LENGTH; length += paragraphs.at(-1)!.length) {
      paragraphs.push(paragraph(random, english));
    }
    const half = Math.ceil(paragraphs.length / 2);
    const file = { filename: 'report.pdf', contentType: 'application/pdf', content: random.bytes(FILE_SIZE) };
    return {
      to: `${random.pick(english.first)}.${index}@customer.example`,
      subject: sentence(random, english, 6),
      html: `${asHtml(paragraphs.slice(0, half))}<blockquote type="cite">${asHtml(paragraphs.slice(half))}</blockquote>`,
      text: paragraphs.join('\n\n'),
      files: index % FILE_EVERY === FILE_EVERY - 1 ? [file] : [],
    };
  });
}

const asHtml = (paragraphs: readonly string[]): string =>
  paragraphs
    .map((text) => `<p style="margin:0 0 12px">Well, <b>${text.slice(0, 12)}</b>${text.slice(12)}</p>`)
    .join('');
