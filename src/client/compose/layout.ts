/** Where a mail is written: docked, over a small screen, in a dialog, at the end of its conversation, or in a block of a page. */
export type ComposeLayout = 'dock' | 'full' | 'dialog' | 'inline' | 'block';

/** Whether somebody just asked for it. A block stands on its page unasked. */
export const takesFocus = (layout: ComposeLayout): boolean => layout !== 'block';
