/** Listens to the keys of the mail centre while it is on the page. */
import { useEffect, useRef } from 'react';
import { commandOf, isTyping, type Command } from './keyboard';

/** Menus and the like over the page: the first Escape closes them, wherever the focus is. */
const OVERLAYS = ['dropdown', 'popover', 'select-dropdown', 'picker-dropdown']
  .map((name) => `.ant-${name}:not(.ant-${name}-hidden)`)
  .join(', ');

/** @param run gets the command; what it answers with true was meant for it */
export function useShortcuts(run: (command: Command) => boolean): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (event.key === 'Escape' && document.querySelector(OVERLAYS)) return;
      const command = commandOf(event, isTyping(event.target, event.key));
      if (command && latest.current(command)) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
