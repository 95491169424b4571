/** Conversations in nine languages besides English; odd turns are the mailbox owner's replies. */
import type { Language } from './people';

export interface Script {
  subject: string;
  turns: string[];
  file?: 'pdf' | 'csv' | 'docx';
}

/** What replies are prefixed with in each language's Outlook. */
export const REPLY_PREFIX: Record<Language, string> = {
  en: 'RE: ',
  uk: 'Re: ',
  de: 'AW: ',
  fr: 'RE: ',
  es: 'RE: ',
  pl: 'ODP: ',
  ja: 'RE: ',
  zh: '回复: ',
  ar: 'رد: ',
  he: 'בעניין: ',
};

export const FOREIGN: Record<Exclude<Language, 'en'>, Script[]> = {
  uk: [
    {
      subject: 'Комерційна пропозиція на постачання профілю',
      turns: [
        'Доброго дня!\n\nНадсилаю комерційну пропозицію на постачання сталевого профілю на IV квартал. Ціни дійсні до кінця місяця, доставка до вашого складу включена.\n\nЧекаю на зауваження.',
        'Доброго дня, Олено!\n\nДякую, умови підходять. Чи можливо відвантажити першу партію вже наступного тижня?',
        'Так, перша партія — у середу. Рахунок і видаткову накладну надішлю завтра вранці.',
      ],
      file: 'pdf',
    },
    {
      subject: 'Акт звірки за жовтень',
      turns: [
        'Вітаю!\n\nПрошу перевірити акт звірки за жовтень. Розбіжність 1 240,50 грн — схоже, не враховано повернення піддонів.',
        'Дякую, справді пропустили. Виправлений акт підпишемо в «Дії» сьогодні.',
      ],
      file: 'csv',
    },
    {
      subject: 'Запрошення на виробництво у Львові',
      turns: [
        'Запрошуємо вас відвідати наше виробництво у Львові. Зручні дати — будь-який четвер. Ґанок, їдальня та екскурсія — за нами :)',
      ],
    },
  ],
  de: [
    {
      subject: 'Angebot Nr. 2231: Förderband für Halle 3',
      turns: [
        'Sehr geehrte Frau Kovalenko,\n\nanbei erhalten Sie unser Angebot für das Förderband in Halle 3. Die Lieferzeit beträgt derzeit sechs Wochen; größere Änderungen an der Länge wären bis Freitag möglich.',
        'Sehr geehrter Herr Größmann,\n\nvielen Dank. Könnten Sie die Montage bitte als eigene Position ausweisen?',
        'Selbstverständlich, das überarbeitete Angebot folgt heute Nachmittag.',
      ],
      file: 'pdf',
    },
    {
      subject: 'Rückfrage zur Zollanmeldung',
      turns: [
        'Guten Tag,\n\nfür die Zollanmeldung fehlt uns noch die Warennummer der Ersatzteile. Könnten Sie uns diese kurzfristig nennen?',
        'Guten Tag Frau Müller,\n\ndie Warennummer lautet 8431 39 00. Entschuldigen Sie die Verspätung.',
      ],
    },
  ],
  fr: [
    {
      subject: 'Devis pour l’aménagement du showroom',
      turns: [
        'Bonjour Alice,\n\nVoici le devis détaillé pour l’aménagement du showroom, y compris l’éclairage. Nous pouvons commencer dès le 12 si vous validez cette semaine.',
        'Bonjour Élodie,\n\nC’est validé de notre côté. À bientôt !',
      ],
      file: 'docx',
    },
    {
      subject: 'Facture n° 2026-118 : échéance',
      turns: [
        'Bonjour,\n\nSauf erreur de notre part, la facture n° 2026-118 reste impayée. Pourriez-vous vérifier avec votre comptabilité ?',
        'Bonjour, le virement est parti hier. Veuillez nous excuser pour ce retard.',
      ],
    },
  ],
  es: [
    {
      subject: 'Confirmación del pedido 4471',
      turns: [
        'Hola Alice:\n\nConfirmamos el pedido 4471. El envío saldrá de Zaragoza mañana por la mañana. ¿Podría indicarnos el muelle de descarga?',
        'Hola, Íñigo:\n\nMuelle 6, de 8:00 a 13:00. ¡Gracias!',
      ],
      file: 'pdf',
    },
    {
      subject: 'Visita a la feria de Barcelona',
      turns: [
        '¡Buenos días!\n\nEstaremos en el pabellón 4 de la feria. ¿Le apetece que cenemos el jueves con el equipo de compras?',
      ],
    },
  ],
  pl: [
    {
      subject: 'Reklamacja dostawy z 14 października',
      turns: [
        'Dzień dobry,\n\nw dostawie z 14 października brakuje trzech skrzynek. Zdjęcia i protokół w załączniku. Prosimy o informację, kiedy możemy się spodziewać uzupełnienia.',
        'Dzień dobry,\n\nprzepraszamy za kłopot. Brakujące skrzynki wyślemy jutro na nasz koszt.',
        'Dziękujemy za szybką reakcję. Życzę miłego dnia!',
      ],
      file: 'pdf',
    },
  ],
  ja: [
    {
      subject: '見積書のご送付について',
      turns: [
        'コワレンコ様\n\nいつもお世話になっております。桜商事の山田です。\nご依頼いただきましたお見積書を添付にてお送りいたします。ご不明な点がございましたら、お気軽にお問い合わせください。',
        '山田様\n\nお見積書をありがとうございます。社内で確認のうえ、金曜日までにご連絡いたします。',
        '承知いたしました。よろしくお願いいたします。',
      ],
      file: 'pdf',
    },
    {
      subject: '次回の打ち合わせ日程',
      turns: ['来週火曜日の15時からオンラインで打ち合わせをお願いできますでしょうか。議題は納期と梱包仕様です。'],
    },
  ],
  zh: [
    {
      subject: '关于第三批货物的交货时间',
      turns: [
        '您好！\n\n第三批货物已经完成质检，预计下周二从深圳港发出。提单和装箱单请见附件。',
        '谢谢，请在开船后通知我们集装箱号码。',
        '好的，集装箱号码为 MSKU 774102-5。祝工作顺利！',
      ],
      file: 'csv',
    },
    { subject: '样品已寄出', turns: ['您好，您要的样品今天已经寄出，快递单号稍后发给您。'] },
  ],
  ar: [
    {
      subject: 'عرض أسعار لتجهيز المكاتب',
      turns: [
        'السلام عليكم،\n\nنرفق لكم عرض الأسعار لتجهيز المكاتب في الطابق الثالث. السعر يشمل التوصيل والتركيب خلال 14 يومًا.',
        'وعليكم السلام،\n\nشكرًا جزيلًا. هل يمكن تقديم الموعد إلى الأسبوع القادم؟',
        'نعم، يمكننا البدء يوم الأحد. مع أطيب التحيات.',
      ],
      file: 'pdf',
    },
  ],
  he: [
    {
      subject: 'סיכום הפגישה מיום שני',
      turns: [
        'שלום,\n\nתודה על הפגישה. סיכמנו שהפיילוט יתחיל ב-1 בחודש, עם 25 משתמשים, ושנקבל מכם רשימת דרישות עד יום חמישי.',
        'שלום נועה,\n\nמצוין. הרשימה תישלח מחר.',
      ],
      file: 'docx',
    },
  ],
};
