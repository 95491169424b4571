/**
 * The mails being written in this browser tab. In the mail centre answers stand at the end of their conversation and the others are docked;
 * elsewhere each opens in a dialog.
 */
import { observable } from '@nocobase/flow-engine';
import type { Application } from '@nocobase/client-v2';
import type { AddressView, OutboxInput, OutboxView, RecordRef } from '../../shared/types';
import type { Unsaved } from './unsaved';
import { opened, poppedOut, sized, withDraft, type ComposeWindow } from './windows';

export type AnswerKind = NonNullable<OutboxInput['inReplyTo']>['kind'];

/** How a mail begins. */
export type ComposeStart = (
  | {
      kind: 'new';
      accountId?: string;
      to?: AddressView[];
      cc?: AddressView[];
      subject?: string;
      text?: string;
    }
  | { kind: 'draft'; draft: Pick<OutboxView, 'id'> }
  | { kind: 'unsaved'; unsaved: Unsaved }
  | { kind: 'answer'; messageId: string; answer: AnswerKind }
) & {
  /** The record beside which it is written: its templates may name it, and its files can be attached. */
  record?: RecordRef;
};

/** One per application. */
export class ComposeDesk {
  readonly state: { windows: ComposeWindow[] } = observable<{ windows: ComposeWindow[] }>({ windows: [] });
  private readonly nodes = new Map<string, HTMLElement>();
  private readonly closers = new Map<string, () => void>();
  private docks = 0;
  private opened = 0;

  /** Whether a dock is on the page to show what {@link open} opens. */
  get docked(): boolean {
    return this.docks > 0;
  }

  /** A dock is on the page until the function it returns is called. */
  dock(): () => void {
    this.docks += 1;
    return () => {
      this.docks -= 1;
    };
  }

  /**
   * Opens a mail, or brings the window that is about it to the front; other docked ones are minimised.
   * @param threadId the conversation that it is written at the end of; without it, it is docked
   */
  open(start: ComposeStart, threadId: string | null = null): void {
    this.state.windows = opened(this.state.windows, start, threadId, `compose-${++this.opened}`);
  }

  minimise(key: string, small: boolean): void {
    this.state.windows = sized(this.state.windows, key, small);
  }

  /** From the end of a conversation to the dock, and to the front of it. */
  popOut(key: string): void {
    this.state.windows = poppedOut(this.state.windows, key);
  }

  /** A window has a draft on the server: a page that shows it anew begins with that. */
  keepDraft(key: string, draftId: string | null): void {
    this.state.windows = withDraft(this.state.windows, key, draftId);
  }

  /** Whether a draft is being written in one of the windows. */
  holds(draftId: string): boolean {
    return this.state.windows.some((window) => window.draftId === draftId);
  }

  /** What is written in a window knows how it is closed, until the function it returns is called. */
  closedBy(key: string, close: () => void): () => void {
    this.closers.set(key, close);
    return () => {
      if (this.closers.get(key) === close) this.closers.delete(key);
    };
  }

  /** Closes a window from outside as its own button does: with its draft, if nothing was written in it. */
  leave(key: string): void {
    const close = this.closers.get(key) ?? (() => this.close(key));
    close();
  }

  close(key: string): void {
    this.nodes.delete(key);
    this.state.windows = this.state.windows.filter((window) => window.key !== key);
  }

  closeAll(): void {
    this.nodes.clear();
    this.state.windows = [];
  }

  /** The element that a window is rendered into, wherever on the page that lies: moving it loses nothing of what is in it. */
  nodeOf(key: string): HTMLElement {
    const node = this.nodes.get(key) ?? document.createElement('div');
    this.nodes.set(key, node);
    return node;
  }
}

const byApplication = new WeakMap<Application, ComposeDesk>();

export function deskOf(app: Application): ComposeDesk {
  let desk = byApplication.get(app);
  if (!desk) {
    desk = new ComposeDesk();
    byApplication.set(app, desk);
  }
  return desk;
}
