/** Words, sentences and people in four languages, each with the charset its mailers are fond of. */
import type { Charset } from './encoding';
import type { Random } from './random';

export interface Language {
  name: 'en' | 'de' | 'ru' | 'ja';
  charset: Charset;
  words: readonly string[];
  first: readonly string[];
  last: readonly string[];
}

export interface Person {
  name: string;
  address: string;
  charset: Charset;
}

const ENGLISH: Language = {
  name: 'en',
  charset: 'utf-8',
  words:
    'please find attached the revised proposal for our next meeting with customer regarding delivery schedule and the invoice payment terms contract budget review project update team quarter report numbers thanks regards forward question about shipping order status warehouse support ticket resolved deployment server maintenance window tonight feedback design draft final version approve sign deadline travel booking hotel conference slides agenda minutes action items follow up reminder urgent price quote discount renewal license account manager office holiday training interview candidate salary policy security password access request granted denied error logs attached screenshot steps reproduce expected actual result priority high low release notes roadmap feature'.split(
      ' ',
    ),
  first: ['John', 'Mary', 'Ahmed', 'Linda', 'Carlos', 'Priya', 'Tom', 'Grace'],
  last: ['Smith', 'Brown', "O'Neil", 'Garcia', 'Patel, Jr.', 'Lee'],
};
const GERMAN: Language = {
  name: 'de',
  charset: 'iso-8859-1',
  words:
    'bitte prüfen Sie die Rechnung für das Büro über Änderungen größere Übersicht Verträge nächste Woche Grüße Bestellung Lieferung Anfrage Gespräch Straße möglich Rückmeldung'.split(
      ' ',
    ),
  first: ['Jürgen', 'Käthe', 'Björn', 'Anna'],
  last: ['Müller', 'Größmann', 'Schäfer'],
};
const RUSSIAN: Language = {
  name: 'ru',
  charset: 'windows-1251',
  words:
    'пожалуйста посмотрите договор счёт оплата поставка встреча завтра отчёт проект бюджет согласовать срок заявка документ вложение коллеги добрый день спасибо уважением вопрос ответ склад заказ клиент цена скидка протокол совещание'.split(
      ' ',
    ),
  first: ['Иван', 'Ольга', 'Дмитрий', 'Наталья'],
  last: ['Петров', 'Иванова', 'Сидоренко'],
};
const JAPANESE: Language = {
  name: 'ja',
  charset: 'iso-2022-jp',
  words: [
    'お世話になっております',
    '会議の件',
    '見積書を送付いたします',
    'ご確認ください',
    '来週の予定',
    '請求書',
    'よろしくお願いいたします',
    '資料を添付します',
    '東京支社',
    '納品日',
    '契約更新',
    'ありがとうございます',
    'プロジェクト',
    '報告書',
  ],
  first: ['太郎', '花子', '一郎', '美咲'],
  last: ['山田', '佐藤', '鈴木'],
};

export const english = ENGLISH;

/** Seven of ten messages are English. */
export function language(random: Random): Language {
  const at = random.share();
  return at < 0.7 ? ENGLISH : at < 0.8 ? GERMAN : at < 0.9 ? RUSSIAN : JAPANESE;
}

export function sentence(random: Random, { name, words }: Language, length: number): string {
  const chosen = Array.from({ length }, () => random.pick(words));
  const text = chosen.join(name === 'ja' ? '' : ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${name === 'ja' ? '。' : '.'}`;
}

export function paragraph(random: Random, spoken: Language): string {
  const length = () => (spoken.name === 'ja' ? random.int(2, 4) : random.int(6, 16));
  return Array.from({ length: random.int(2, 6) }, () => sentence(random, spoken, length())).join(' ');
}

/** Correspondents; few of them write most of the mail. */
export class People {
  private readonly all: Person[];

  constructor(private readonly random: Random) {
    const houses = ['customer', 'partner', 'supplier', 'corp', 'news'];
    this.all = Array.from({ length: 400 }, (_none, index) => {
      const { name, charset, first, last } = language(random);
      return {
        name: `${random.pick(first)} ${random.pick(last)}`,
        address: `p${index}.${name}@${random.pick(houses)}${index % 37}.example`,
        charset,
      };
    });
  }

  one(): Person {
    return this.all[Math.floor(Math.pow(this.random.share(), 2.2) * this.all.length)]!;
  }
}
