/** What an IMAP mailbox is for: by its special-use flag, then by its localised name. Pure. */
import { specialUse } from 'imapflow/lib/special-use.js';
import type { MailboxRole } from '../../../shared/types';

/** What LIST says about a mailbox. */
export interface ListedMailbox {
  path: string;
  delimiter: string;
  flags: ReadonlySet<string>;
}

const ROLE_OF_FLAG: Readonly<Record<string, MailboxRole>> = {
  '\\inbox': 'inbox',
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\archive': 'archive',
  '\\junk': 'junk',
  '\\trash': 'trash',
};

/** Names that neither a flag nor imapflow's table tells apart, in the languages mailboxes are made in. */
const ROLE_OF_NAME: ReadonlyMap<string, MailboxRole> = new Map([
  ...[
    'archive',
    'archiv',
    'archives',
    'archivo',
    'archivio',
    'arquivo',
    'arquivar',
    'archief',
    'archiwum',
    'arkiv',
    'arkisto',
  ]
    .concat(['архів', 'архив', '存档', '归档', '封存', 'アーカイブ', '보관'])
    .map((name) => [name, 'archive'] as const),
  ...['outbox', 'postausgang', "boîte d'envoi", 'bandeja de salida', 'posta in uscita', 'caixa de saída', 'postvak uit']
    .concat(['skrzynka nadawcza', 'вихідні', 'исходящие', '发件箱', '送信トレイ'])
    .map((name) => [name, 'outbox'] as const),
  ['надіслані елементи', 'sent'],
  ['видалені елементи', 'trash'],
]);

/** Folders of Exchange that hold no mail, in the languages mailboxes are made in. Their subfolders hold none either. */
const NOT_MAIL = new Set(
  [
    'Calendar Kalender Calendrier Calendario Agenda Calendário Kalendarz Календар Календарь 日历 予定表',
    'Contacts Kontakte Contactos Contatti Contatos Contactpersonen Kontakty Контакти Контакты 联系人 連絡先',
    'Notes Notizen Notas Note Notities Notatki Нотатки Примітки Заметки 便笺 メモ',
    'Tasks Aufgaben Tâches Tareas Attività Tarefas Taken Zadania Завдання Задачи 任务 タスク',
    'Journal Diario Diário Logboek Dziennik Журнал Щоденник Дневник 日记 履歴',
    'Files',
  ]
    .flatMap((line) => line.split(' '))
    .map((name) => name.toLowerCase()),
);
const NOT_MAIL_PHRASES = [
  'conversation history',
  'aufgezeichnete unterhaltungen',
  'historique des conversations',
  'historial de conversaciones',
  'cronologia conversazioni',
  'gespreksgeschiedenis',
  'історія розмов',
  'журнал бесед',
  'sync issues',
  'synchronisierungsprobleme',
  'problèmes de synchronisation',
  'problemas de sincronización',
  'problemi di sincronizzazione',
  'synchronisatieproblemen',
  'rss feeds',
  'rss subscriptions',
  'suggested contacts',
  'recipient cache',
  'yammer root',
  'externalcontacts',
  'conversation action settings',
  'quick step settings',
  'news feed',
  'social activity notifications',
  'working set',
  'personmetadata',
];

const segmentsOf = ({ path, delimiter }: ListedMailbox) => (delimiter ? path.split(delimiter) : [path]);

/** Whether a mailbox holds mail, as far as its name tells. */
export function holdsMail(mailbox: ListedMailbox): boolean {
  if (mailbox.path.toUpperCase() === 'INBOX') return true;
  const top = (segmentsOf(mailbox)[0] ?? '').toLowerCase();
  return !NOT_MAIL.has(top) && !NOT_MAIL_PHRASES.some((phrase) => top.startsWith(phrase));
}

/**
 * Name of a mailbox that may have a role by it alone, else null: one on top, or right below the inbox, where other servers make
 * theirs. A project may have an archive of its own.
 */
function tellingName(mailbox: ListedMailbox): string | null {
  const segments = segmentsOf(mailbox);
  if (segments[0]?.toUpperCase() === 'INBOX') segments.shift();
  return segments.length === 1 ? segments[0]! : null;
}

/** What a name means, by imapflow's table of localised names: `name` means exactly, `name-guess` something like "Sent Mail". */
function roleOfName(name: string, source: 'name' | 'name-guess'): MailboxRole | undefined {
  const found = specialUse(false, { name, flags: new Set() });
  return found.flag !== null && found.source === source ? ROLE_OF_FLAG[found.flag.toLowerCase()] : undefined;
}

/** Roles by path. A role is given once: to the flagged mailbox, else to the one nearest to the root. */
export function rolesOf(mailboxes: readonly ListedMailbox[]): Map<string, MailboxRole> {
  const roles = new Map<string, MailboxRole>(mailboxes.map(({ path }) => [path, 'none']));
  const given = new Set<MailboxRole>();
  const give = (path: string, role: MailboxRole | undefined): void => {
    if (!role || given.has(role) || roles.get(path) !== 'none') return;
    roles.set(path, role);
    given.add(role);
  };
  const byDepth = [...mailboxes].sort((a, b) => segmentsOf(a).length - segmentsOf(b).length);

  for (const { path } of byDepth) if (path.toUpperCase() === 'INBOX') give(path, 'inbox');
  for (const { path, flags } of byDepth) for (const flag of flags) give(path, ROLE_OF_FLAG[flag.toLowerCase()]);
  const named = byDepth.flatMap((mailbox) => {
    const name = tellingName(mailbox);
    return name === null ? [] : { path: mailbox.path, name };
  });
  // Exchange announces no SPECIAL-USE, so imapflow looks at flags no better than this.
  for (const { path, name } of named) give(path, roleOfName(name, 'name'));
  for (const { path, name } of named) give(path, ROLE_OF_NAME.get(name.toLowerCase()));
  for (const { path, name } of named) give(path, roleOfName(name, 'name-guess'));
  return roles;
}

/** Roles of mailboxes that hold what passes through, not mail of their own. */
const PASSING: readonly MailboxRole[] = ['outbox'];

/** What is synced before the user has chosen: all that holds mail. */
export const syncsByDefault = (mailbox: ListedMailbox, role: MailboxRole): boolean =>
  holdsMail(mailbox) && !PASSING.includes(role);
