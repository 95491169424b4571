/** The keys of the mail centre. Pure: which command a key press means. */

export type Command =
  | 'next'
  | 'previous'
  | 'open'
  | 'back'
  | 'compose'
  | 'reply'
  | 'replyAll'
  | 'forward'
  | 'search'
  | 'star'
  | 'unread'
  | 'help'
  | 'escape';

/** What the help shows, in this order. */
export const SHORTCUTS: readonly { keys: readonly string[]; label: string }[] = [
  { keys: ['j', '↓'], label: 'Next conversation' },
  { keys: ['k', '↑'], label: 'Previous conversation' },
  { keys: ['Enter', 'o'], label: 'Open conversation' },
  { keys: ['u'], label: 'Back to the list' },
  { keys: ['c'], label: 'New message' },
  { keys: ['r'], label: 'Reply' },
  { keys: ['a'], label: 'Reply all' },
  { keys: ['f'], label: 'Forward' },
  { keys: ['s'], label: 'Flag or unflag' },
  { keys: ['Shift', 'U'], label: 'Mark as unread' },
  { keys: ['/'], label: 'Search' },
  { keys: ['Ctrl', 'Enter'], label: 'Send' },
  { keys: ['Esc'], label: 'Close and keep the draft' },
  { keys: ['?'], label: 'Show this list' },
];

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
    '/': 'search',
    '?': 'help',
    Escape: 'escape',
  }),
);

/** The part of a KeyboardEvent that matters. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  /** During input by IME, when Enter chooses a word. */
  isComposing: boolean;
}

/** The command of a key; null for keys of the browser, of a text field, or with other modifiers. */
export function commandOf(press: KeyPress, typing: boolean): Command | null {
  if (press.isComposing || press.ctrlKey || press.metaKey || press.altKey || typing) return null;
  if (press.shiftKey && press.key.toLowerCase() === 'u') return 'unread';
  if (press.shiftKey && press.key !== '?' && press.key !== '/') return null;
  return PLAIN.get(press.key) ?? PLAIN.get(press.key.toLowerCase()) ?? null;
}

/** Whether the focus is where letters are text, or where Enter and arrows already mean something. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]')) return true;
  if (target.closest('[role="dialog"], [role="menu"], [role="listbox"].ant-select-dropdown, .ant-dropdown'))
    return true;
  const acts = target.closest('button, a[href], [role="button"], [role="menuitem"], [role="tab"], [role="combobox"]');
  return acts !== null && (key === 'Enter' || key.startsWith('Arrow'));
}
