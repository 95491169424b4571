/** Folder names as Exchange made them in the language a mailbox was created in, and the flags its LIST shows. */
import type { MailboxLanguage } from '../fixtures';

export type FolderRole = 'drafts' | 'sent' | 'deleted' | 'junk' | 'archive';

/** English names of the folders every mailbox has besides INBOX. */
const ROLES: Record<FolderRole, Record<MailboxLanguage, string>> = {
  drafts: { en: 'Drafts', de: 'Entwürfe', fr: 'Brouillons', nl: 'Concepten', uk: 'Чернетки' },
  sent: { en: 'Sent Items', de: 'Gesendete Elemente', fr: 'Éléments envoyés', nl: 'Verzonden items', uk: 'Надіслані' },
  deleted: {
    en: 'Deleted Items',
    de: 'Gelöschte Elemente',
    fr: 'Éléments supprimés',
    nl: 'Verwijderde items',
    uk: 'Видалені',
  },
  junk: {
    en: 'Junk Email',
    de: 'Junk-E-Mail',
    fr: 'Courrier indésirable',
    nl: 'Ongewenste e-mail',
    uk: 'Небажана пошта',
  },
  archive: { en: 'Archive', de: 'Archiv', fr: 'Archive', nl: 'Archief', uk: 'Архів' },
};

const OTHERS: Record<MailboxLanguage, string[]> = {
  en: ['Outbox', 'Conversation History', 'Calendar', 'Contacts', 'Notes', 'Tasks', 'Journal'],
  de: ['Postausgang', 'Aufgezeichnete Unterhaltungen', 'Kalender', 'Kontakte', 'Notizen', 'Aufgaben', 'Journal'],
  fr: ["Boîte d'envoi", 'Historique des conversations', 'Calendrier', 'Contacts', 'Notes', 'Tâches', 'Journal'],
  nl: ['Postvak UIT', 'Gespreksgeschiedenis', 'Agenda', 'Contactpersonen', 'Notities', 'Taken', 'Logboek'],
  uk: ['Вихідні', 'Історія розмов', 'Календар', 'Контакти', 'Нотатки', 'Завдання', 'Журнал'],
};

/** Public protocol logs show these flags in plain LIST although SPECIAL-USE is not announced; none for Archive. */
const LIST_FLAGS: [FolderRole, string][] = [
  ['drafts', '\\Drafts'],
  ['sent', '\\Sent'],
  ['deleted', '\\Trash'],
  ['junk', '\\Junk'],
];

export function folderName(role: FolderRole, language: MailboxLanguage = 'en'): string {
  return ROLES[role][language];
}

/** Everything a new mailbox holds besides INBOX. */
export function standardFolders(language: MailboxLanguage = 'en'): string[] {
  return [...Object.values(ROLES).map((names) => names[language]), ...OTHERS[language]];
}

/** LIST flag by folder name as it stands on the wire (modified UTF-7). */
export function listFlags(language: MailboxLanguage = 'en'): Map<string, string> {
  return new Map(LIST_FLAGS.map(([role, flag]) => [encodeMailboxName(folderName(role, language)), flag]));
}

/** RFC 3501 modified UTF-7. */
export function encodeMailboxName(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replace(/=+$/, '').replace(/\//g, ',')}-`;
  });
}

export function decodeMailboxName(name: string): string {
  return name.replace(/&([^-]*)-/g, (_all, encoded: string) => {
    if (!encoded) return '&';
    return Buffer.from(encoded.replace(/,/g, '/'), 'base64').swap16().toString('utf16le');
  });
}
