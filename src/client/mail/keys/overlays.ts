/** What lies over the page, known by antd's classes. */

/** On its way out it keeps the focus until it is gone, but takes no more keys. */
export const LEAVING = '[class*="-leave"]';

const SHOWN = ':not([style*="display: none"])';
const COVERS = `.ant-modal-wrap${SHOWN} .ant-modal${SHOWN}:not(${LEAVING}), .ant-drawer-open`;

/** Menus and the like. */
const MENUS = ['dropdown', 'popover', 'select-dropdown', 'picker-dropdown']
  .map((name) => `.ant-${name}:not(.ant-${name}-hidden)`)
  .join(', ');

/** A dialog is open: no key means the page below it, wherever the focus is. */
export const isCovered = (): boolean => document.querySelector(COVERS) !== null;

/** Something is on its way out. */
export const isLeaving = (): boolean => document.querySelector(LEAVING) !== null;

/** By then whatever was on its way out is gone. Milliseconds. */
const LONGEST_WAY_OUT = 600;

/**
 * A dialog gives the focus back only when it is gone. A key pressed meanwhile may have put it to where text is written: there it stays,
 * or what is typed would be commands.
 */
export function keepFocus(isText: (element: Element) => boolean): void {
  const end = new AbortController();
  const { signal } = end;
  const returned = ({ target, relatedTarget: before }: FocusEvent) => {
    if (!(before instanceof HTMLElement) || !(target instanceof Element)) return;
    if (isText(before) && !isText(target)) before.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', returned, { signal });
  document.addEventListener('pointerdown', () => end.abort(), { signal, capture: true });
  setTimeout(() => end.abort(), LONGEST_WAY_OUT);
}

/** A menu is open: the first Escape closes it, wherever the focus is. */
export const hasMenu = (): boolean => document.querySelector(MENUS) !== null;
