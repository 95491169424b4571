/** What changes with the place a mail is written in: at the end of a conversation it comes into view, and moved elsewhere it is written on. */
import { useEffect, useRef, type RefObject } from 'react';
import type { ComposerProps } from './Composer';

export function useWhereItStands(sheet: RefObject<HTMLElement>, layout: ComposerProps['layout']): void {
  const before = useRef<ComposerProps['layout'] | null>(null);
  useEffect(() => {
    const moved = before.current !== null && before.current !== layout;
    before.current = layout;
    if (layout === 'inline' && !moved) sheet.current?.scrollIntoView({ block: 'nearest' });
    if (!moved) return;
    const text = sheet.current?.querySelector<HTMLElement>('.ql-editor, textarea');
    text?.focus();
    // Moving took the cursor away; it stands behind what was written.
    if (text && !(text instanceof HTMLTextAreaElement)) {
      document.getSelection()?.selectAllChildren(text);
      document.getSelection()?.collapseToEnd();
    }
  }, [layout, sheet]);
}
