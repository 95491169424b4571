/** Listens to the keys of the mail centre while it is on the page. */
import { useEffect, useRef } from 'react';
import { commandOf, isTyping, type Command } from './keyboard';
import { hasMenu, isCovered, isLeaving, keepFocus } from './overlays';

/** @param run gets the command; what it answers with true was meant for it */
export function useShortcuts(run: (command: Command) => boolean): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const command = commandOf(event, isTyping(event.target, event.key));
      if (!command || isCovered() || (command === 'escape' && hasMenu())) return;
      if (isLeaving()) keepFocus((element) => isTyping(element, ''));
      if (latest.current(command)) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
