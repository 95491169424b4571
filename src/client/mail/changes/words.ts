/** What is said about a change. Pure. */
import type { Translate } from '../../errorText';
import type { Action } from './place';

/** The action on a button. */
export const ACTION_LABELS: Readonly<Record<Action, string>> = {
  archive: 'Archive',
  remove: 'Delete',
  removeForGood: 'Delete permanently',
  junk: 'Mark as junk',
  notJunk: 'Not junk',
  toInbox: 'Move to inbox',
  move: 'Move to…',
  read: 'Mark as read',
  unread: 'Mark as unread',
  flag: 'Flag',
  unflag: 'Remove flag',
};

/** One and several; actions that need no word say nothing. */
const DONE: Partial<Record<Action, readonly [one: string, several: string]>> = {
  archive: ['Archived', '{{number}} conversations archived'],
  remove: ['Moved to the trash', '{{number}} conversations moved to the trash'],
  removeForGood: ['Deleted permanently', '{{number}} conversations deleted permanently'],
  junk: ['Marked as junk', '{{number}} conversations marked as junk'],
  notJunk: ['Moved to the inbox', '{{number}} conversations moved to the inbox'],
  toInbox: ['Moved to the inbox', '{{number}} conversations moved to the inbox'],
  move: ['Moved to {{folder}}', '{{number}} conversations moved to {{folder}}'],
};

/** "3 conversations archived"; null where what changed is plain to see. */
export function doneText(t: Translate, action: Action, number: number, folder = ''): string | null {
  const words = DONE[action];
  return words ? t(words[number === 1 ? 0 : 1], { number, folder }) : null;
}
