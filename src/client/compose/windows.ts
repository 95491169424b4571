/** The mails being written, as windows: which is where, and what opening one does to the others. Pure. */
import type { ComposeStart } from './desk';

export interface ComposeWindow {
  key: string;
  start: ComposeStart;
  minimised: boolean;
  /** The conversation it is written at the end of; null where it is docked. */
  threadId: string | null;
  /** Its draft on the server, once there is one. */
  draftId: string | null;
  /** Another answer to its message was begun: it goes if nothing was written in it. */
  yields: boolean;
}

type Windows = readonly ComposeWindow[];

/** Whether a window is already about this. */
function isAbout({ start: begun, draftId }: ComposeWindow, start: ComposeStart): boolean {
  if (start.kind === 'draft') return draftId === start.draft.id;
  if (begun.kind !== 'answer' || start.kind !== 'answer') return false;
  return begun.messageId === start.messageId && begun.answer === start.answer;
}

/** Windows at the end of a conversation take no room in the dock. */
const minimised = (window: ComposeWindow): ComposeWindow =>
  window.threadId === null ? { ...window, minimised: true } : window;

/**
 * Opens a mail, or brings the window that is about it to the front; other docked ones are minimised.
 * @param threadId the conversation that it is written at the end of; null to dock it
 * @param fresh the key of a new window
 */
export function opened(windows: Windows, start: ComposeStart, threadId: string | null, fresh: string): ComposeWindow[] {
  const known = windows.find((window) => isAbout(window, start));
  const draftId = start.kind === 'draft' ? start.draft.id : null;
  const front = { ...(known ?? { key: fresh, start, draftId }), minimised: false, yields: false, threadId };
  const others = windows.filter(({ key }) => key !== front.key);
  if (threadId === null) return [...others.map(minimised), front];
  const rivals = (window: ComposeWindow) =>
    window.start.kind === 'answer' && start.kind === 'answer' && window.start.messageId === start.messageId;
  return [...others.map((window) => ({ ...window, yields: window.yields || rivals(window) })), front];
}

/** Minimises a docked window, or shows it and minimises the others. */
export const sized = (windows: Windows, key: string, small: boolean): ComposeWindow[] =>
  windows.map((window) => (window.key === key ? { ...window, minimised: small } : small ? window : minimised(window)));

/** From the end of a conversation to the dock. */
export const poppedOut = (windows: Windows, key: string): ComposeWindow[] =>
  windows.map((window) => (window.key === key ? { ...window, threadId: null, minimised: false } : minimised(window)));

/** A window has a draft on the server, or none any more. */
export const withDraft = (windows: Windows, key: string, draftId: string | null): ComposeWindow[] =>
  windows.map((window) => (window.key === key ? { ...window, draftId } : window));
