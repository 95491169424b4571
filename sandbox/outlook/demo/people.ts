/** Who writes to whom in the demo, with the language they write in. */
import type { Person } from './mime';

export type Language = 'en' | 'uk' | 'de' | 'fr' | 'es' | 'pl' | 'ja' | 'zh' | 'ar' | 'he';

export interface Correspondent extends Person {
  company: string;
  language: Language;
}

const person = (name: string, email: string, company: string, language: Language = 'en'): Correspondent => ({
  name,
  email,
  company,
  language,
});

export const colleagues: Correspondent[] = [
  person('Bob Lindqvist', 'bob@contoso.onmicrosoft.com', 'Contoso'),
  person('Carol Mendes', 'carol@contoso.onmicrosoft.com', 'Contoso'),
];

export const partners: Correspondent[] = [
  person('Frank Osei', 'frank@fabrikam.onmicrosoft.com', 'Fabrikam'),
  person('Hannah Whitfield', 'hannah.whitfield@northwind.example', 'Northwind Traders'),
  person('Daniel Okafor', 'd.okafor@adatum.example', 'A. Datum Corporation'),
  person('Priya Raman', 'priya@proseware.example', 'Proseware'),
  person('Marcus Bell', 'marcus.bell@litware.example', 'Litware Logistics'),
  person('Sofia Lund', 'sofia.lund@wingtip.example', 'Wingtip Toys'),
  person("Liam O'Connor", 'liam@tailspin.example', 'Tailspin Travel'),
  person('Grace Nakamura', 'grace@woodgrove.example', 'Woodgrove Bank'),
  person('Tom Ashford', 'tom.ashford@relecloud.example', 'Relecloud'),
  person('Elena Petrova', 'elena.petrova@lamna.example', 'Lamna Healthcare'),
];

export const abroad: Correspondent[] = [
  person('Олена Шевчук', 'olena.shevchuk@dnipro-steel.example', 'Дніпро Сталь', 'uk'),
  person('Андрій Мельник', 'a.melnyk@karpaty-wood.example', 'Карпати Деревина', 'uk'),
  person('Jürgen Größmann', 'j.groessmann@rheinwerk.example', 'Rheinwerk Maschinenbau GmbH', 'de'),
  person('Katrin Müller', 'katrin.mueller@hafenlogistik.example', 'Hafenlogistik Nord', 'de'),
  person('Élodie Lefèvre', 'elodie@ateliers-lefevre.example', 'Ateliers Lefèvre', 'fr'),
  person('Íñigo Muñoz', 'inigo.munoz@iberica.example', 'Ibérica Suministros', 'es'),
  person('Małgorzata Wójcik', 'm.wojcik@bursztyn.example', 'Bursztyn Sp. z o.o.', 'pl'),
  person('山田 太郎', 'yamada@sakura-trading.example', '桜商事株式会社', 'ja'),
  person('王小明', 'wang.xiaoming@huaxing.example', '华星电子', 'zh'),
  person('ليلى حداد', 'layla.haddad@alnoor.example', 'شركة النور', 'ar'),
  person('נועה לוי', 'noa.levi@galil-tech.example', 'גליל טק', 'he'),
];
