/** What changes with the place a mail is written in: at the end of a conversation it comes into view, and moved elsewhere it is written on. */
import { useEffect, useRef, type RefObject } from 'react';
import type { ComposerProps } from './Composer';
import { takesFocus } from './layout';

type Standing = Pick<ComposerProps, 'layout' | 'minimised'>;

export function useWhereItStands(sheet: RefObject<HTMLElement>, { layout, minimised = false }: Standing): void {
  const before = useRef<Standing | null>(null);
  useEffect(() => {
    const was = before.current;
    before.current = { layout, minimised };
    if (!was) {
      if (layout === 'inline') sheet.current?.scrollIntoView({ block: 'nearest' });
      // Until its editor is there, what is typed means nothing to the list of mail.
      if (takesFocus(layout) && document.activeElement === document.body) sheet.current?.focus({ preventScroll: true });
      return;
    }
    if (was.layout === layout && (minimised || !was.minimised)) return;
    const text = sheet.current?.querySelector<HTMLElement>('.ql-editor, textarea');
    text?.focus();
    // Moving took the cursor away; it stands behind what was written.
    if (text && !(text instanceof HTMLTextAreaElement)) {
      document.getSelection()?.selectAllChildren(text);
      document.getSelection()?.collapseToEnd();
    }
  }, [layout, minimised, sheet]);
}
