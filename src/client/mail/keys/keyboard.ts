/** The keys of the mail centre. Pure: which command a key press means. */
import { LEAVING } from './overlays';

export type Command =
  | 'next'
  | 'previous'
  | 'extendNext'
  | 'extendPrevious'
  | 'open'
  | 'back'
  | 'compose'
  | 'reply'
  | 'replyAll'
  | 'forward'
  | 'search'
  | 'archive'
  | 'remove'
  | 'junk'
  | 'move'
  | 'star'
  | 'read'
  | 'unread'
  | 'select'
  | 'selectAll'
  | 'undo'
  | 'help'
  | 'escape';

export interface Shortcut {
  keys: readonly string[];
  label: string;
}

/** What the help shows, in this order. */
export const SHORTCUTS: readonly { title: string; shortcuts: readonly Shortcut[] }[] = [
  {
    title: 'Reading',
    shortcuts: [
      { keys: ['j', '↓'], label: 'Next conversation' },
      { keys: ['k', '↑'], label: 'Previous conversation' },
      { keys: ['Enter', 'o'], label: 'Open conversation' },
      { keys: ['u'], label: 'Back to the list' },
      { keys: ['/'], label: 'Search' },
      { keys: ['?'], label: 'Show this list' },
    ],
  },
  {
    title: 'Sorting',
    shortcuts: [
      { keys: ['e'], label: 'Archive' },
      { keys: ['#', 'Delete'], label: 'Delete' },
      { keys: ['!'], label: 'Mark as junk' },
      { keys: ['v'], label: 'Move to…' },
      { keys: ['s'], label: 'Flag or unflag' },
      { keys: ['Shift', 'I'], label: 'Mark as read' },
      { keys: ['Shift', 'U'], label: 'Mark as unread' },
      { keys: ['z'], label: 'Undo' },
    ],
  },
  {
    title: 'Several conversations',
    shortcuts: [
      { keys: ['x'], label: 'Select' },
      { keys: ['Shift', '↓'], label: 'Select up to the next one' },
      { keys: ['Ctrl', 'A'], label: 'Select all that are listed' },
      { keys: ['Esc'], label: 'Select none' },
    ],
  },
  {
    title: 'Writing',
    shortcuts: [
      { keys: ['c'], label: 'New message' },
      { keys: ['r'], label: 'Reply' },
      { keys: ['a'], label: 'Reply all' },
      { keys: ['f'], label: 'Forward' },
      { keys: ['Ctrl', 'Enter'], label: 'Send' },
      { keys: ['Esc'], label: 'Close and keep the draft' },
    ],
  },
];

/** The key of an action, for hints on its button. */
export const KEYS_OF_ACTIONS: Readonly<Record<string, string | undefined>> = {
  archive: 'E',
  remove: '#',
  junk: '!',
  move: 'V',
  read: 'Shift+I',
  unread: 'Shift+U',
  flag: 'S',
  unflag: 'S',
};

const PLAIN: ReadonlyMap<string, Command> = new Map(
  Object.entries<Command>({
    j: 'next',
    ArrowDown: 'next',
    k: 'previous',
    ArrowUp: 'previous',
    o: 'open',
    Enter: 'open',
    u: 'back',
    c: 'compose',
    r: 'reply',
    a: 'replyAll',
    f: 'forward',
    s: 'star',
    e: 'archive',
    '#': 'remove',
    Delete: 'remove',
    '!': 'junk',
    v: 'move',
    x: 'select',
    z: 'undo',
    '/': 'search',
    '?': 'help',
    Escape: 'escape',
  }),
);

const SHIFTED: ReadonlyMap<string, Command> = new Map(
  Object.entries<Command>({
    i: 'read',
    u: 'unread',
    j: 'extendNext',
    arrowdown: 'extendNext',
    k: 'extendPrevious',
    arrowup: 'extendPrevious',
    // Where these keys lie, Shift is needed on many keyboards.
    '#': 'remove',
    '!': 'junk',
    '?': 'help',
    '/': 'search',
  }),
);

/** The part of a KeyboardEvent that matters. */
export interface KeyPress {
  key: string;
  /** Where the key lies, by the letter of the US layout. */
  code?: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** During input by IME, when Enter chooses a word. */
  isComposing: boolean;
}

/** The command of a key; null for keys of the browser, of a text field, or with other modifiers. */
export function commandOf(press: KeyPress, typing: boolean): Command | null {
  if (press.isComposing || press.altKey || typing) return null;
  const key = latinKey(press);
  if (press.ctrlKey || press.metaKey) return key === 'a' && !press.shiftKey ? 'selectAll' : null;
  if (press.shiftKey) return SHIFTED.get(key) ?? null;
  return PLAIN.get(press.key) ?? PLAIN.get(key) ?? null;
}

/** On a keyboard of another script no letter is Latin: the key in its place counts. */
function latinKey({ key, code }: KeyPress): string {
  const isForeign = /^\p{L}$/u.test(key) && !/^\p{sc=Latin}$/u.test(key);
  return (isForeign ? (/^Key([A-Z])$/.exec(code ?? '')?.[1] ?? key) : key).toLowerCase();
}

/** Where letters are text. */
const TEXT = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';
/** Where they are not, but mean nothing for the page either. */
const APART = '[role="dialog"], [data-composer], [role="menu"], [role="listbox"].ant-select-dropdown, .ant-dropdown';
const PRESSED = 'button, a[href], [role="button"], [role="menuitem"], [role="tab"], [role="combobox"]';
const WALKED = '[role="menuitem"], [role="tab"], [role="combobox"]';

/** Whether the focus is where letters are text, or where Enter and arrows already mean something. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  const leaving = key !== 'Escape' && target.closest(LEAVING) !== null;
  if (!leaving && target.closest(`${TEXT}, ${APART}`)) return true;
  if (key === 'Enter') return target.closest(`${TEXT}, ${PRESSED}`) !== null;
  return key.startsWith('Arrow') && target.closest(WALKED) !== null;
}
