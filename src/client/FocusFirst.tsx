/** Inside of a dialog: gives something in it the focus at once. antd waits until the dialog has grown, and keys pressed meanwhile are lost. */
import { useEffect, type RefObject } from 'react';

export function FocusFirst({ target }: { target: RefObject<{ focus: () => void }> }) {
  useEffect(() => {
    // The dialog first notes where the focus was, to give it back.
    const timer = setTimeout(() => target.current?.focus());
    return () => clearTimeout(timer);
  }, [target]);
  return null;
}
