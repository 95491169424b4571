/** What each key of the mail centre does. */
import type { ThreadView } from '../../../shared/types';
import type { Action } from '../changes/place';
import type { Subject, Triage } from '../changes/useTriage';
import type { Ticks } from '../list/useTicks';
import { neighbour } from '../list/threadPages';
import type { Command } from './keyboard';
import { useShortcuts } from './useShortcuts';

interface CommandSetting {
  /** Conversations of the list; empty where the view lists none. */
  threads: readonly ThreadView[];
  openId: string | null;
  cursorId: string | null;
  onCursor: (id: string | null) => void;
  /** Moving along the list opens what it comes to. */
  opensAlong: boolean;
  ticks: Ticks;
  triage: Triage;
  /** The open conversation, also where it is not in the list. */
  opened: Subject | null;
  onAct: (action: Action, threads: readonly Subject[]) => void;
  onOpen: (thread: ThreadView) => void;
  onBack: () => void;
  onCompose: () => void;
  /** @returns whether there is something to answer */
  onAnswer: (kind: 'reply' | 'replyAll' | 'forward') => boolean;
  onSearch: () => void;
  onHelp: () => void;
  onUndo: () => boolean;
  onEscape: () => void;
}

export function useCommands(setting: CommandSetting): void {
  const { threads, openId, cursorId, ticks, triage, opened, onAct } = setting;
  const at = cursorId ?? openId;
  const here = threads.find(({ id }) => id === at) ?? null;

  /** What an action means: what is ticked, else the open conversation, else the line where the keyboard stands. */
  const meant = (): readonly Subject[] => {
    if (ticks.any) return threads.filter(({ id }) => ticks.ids.has(id));
    if (cursorId !== null && here) return [here];
    return opened ? [opened] : here ? [here] : [];
  };
  const act = (...candidates: Action[]): boolean => {
    const action = candidates.find((candidate) => triage.actions.includes(candidate));
    const subjects = meant();
    if (!action || subjects.length === 0) return false;
    onAct(action, subjects);
    return true;
  };
  const step = (by: 1 | -1): boolean => {
    const next = neighbour(threads, at, by);
    if (!next) return false;
    if (setting.opensAlong && !ticks.any) setting.onOpen(next);
    else setting.onCursor(next.id);
    return true;
  };
  const extend = (by: 1 | -1): boolean => {
    const next = neighbour(threads, at, by);
    if (!next) return false;
    if (at && !ticks.ids.has(at)) ticks.toggle(at);
    ticks.range(next.id);
    setting.onCursor(next.id);
    return true;
  };

  const run = (command: Command): boolean => {
    switch (command) {
      case 'next':
        return step(1);
      case 'previous':
        return step(-1);
      case 'extendNext':
        return extend(1);
      case 'extendPrevious':
        return extend(-1);
      case 'open':
        if (!here || here.id === openId) return openId === null && step(1);
        setting.onOpen(here);
        return true;
      case 'back':
        if (openId) setting.onBack();
        return true;
      case 'compose':
        setting.onCompose();
        return true;
      case 'reply':
      case 'replyAll':
      case 'forward':
        return setting.onAnswer(command);
      case 'archive':
        return act('archive', 'toInbox', 'notJunk');
      case 'remove':
        return act('remove', 'removeForGood');
      case 'junk':
        return act('junk', 'notJunk');
      case 'move':
      case 'read':
      case 'unread':
        return act(command);
      case 'star':
        return act(meant().every(({ flagged }) => flagged) ? 'unflag' : 'flag');
      case 'select': {
        const line = here ?? threads[0];
        if (!line) return false;
        ticks.toggle(line.id);
        setting.onCursor(line.id);
        return true;
      }
      case 'selectAll':
        if (threads.length === 0) return false;
        ticks.all();
        return true;
      case 'undo':
        return setting.onUndo();
      case 'search':
        setting.onSearch();
        return true;
      case 'help':
        setting.onHelp();
        return true;
      case 'escape':
        setting.onEscape();
        return true;
    }
  };
  useShortcuts(run);
}
