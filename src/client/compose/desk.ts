/** The mails being written in this browser tab. In the mail centre they are docked; elsewhere each opens in a dialog. */
import { observable } from '@nocobase/flow-engine';
import type { Application } from '@nocobase/client-v2';
import type { AddressView, OutboxInput, OutboxView } from '../../shared/types';
import type { Unsaved } from './unsaved';

export type AnswerKind = NonNullable<OutboxInput['inReplyTo']>['kind'];

/** How a mail begins; `values` are what its templates may name beside user and recipient. */
export type ComposeStart =
  | {
      kind: 'new';
      accountId?: string;
      to?: AddressView[];
      cc?: AddressView[];
      subject?: string;
      text?: string;
      values?: object;
    }
  | { kind: 'draft'; draft: Pick<OutboxView, 'id'> }
  | { kind: 'unsaved'; unsaved: Unsaved }
  | { kind: 'answer'; messageId: string; answer: AnswerKind };

export interface ComposeWindow {
  key: string;
  start: ComposeStart;
  minimised: boolean;
}

/** Whether a window is already about this. */
function sameStart(a: ComposeStart, b: ComposeStart): boolean {
  if (a.kind === 'draft' && b.kind === 'draft') return a.draft.id === b.draft.id;
  return a.kind === 'answer' && b.kind === 'answer' && a.messageId === b.messageId && a.answer === b.answer;
}

/** One per application. */
export class ComposeDesk {
  readonly state: { windows: ComposeWindow[] } = observable<{ windows: ComposeWindow[] }>({ windows: [] });
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

  /** Opens a mail, or brings the window that is about it to the front; the others are minimised. */
  open(start: ComposeStart): void {
    const known = this.state.windows.find((window) => sameStart(window.start, start));
    const key = known?.key ?? `compose-${++this.opened}`;
    const others = this.state.windows.filter((window) => window.key !== key);
    const front = known ? { ...known, minimised: false } : { key, start, minimised: false };
    this.state.windows = [...others.map((window) => ({ ...window, minimised: true })), front];
  }

  minimise(key: string, minimised: boolean): void {
    this.state.windows = this.state.windows.map((window) =>
      window.key === key ? { ...window, minimised } : minimised ? window : { ...window, minimised: true },
    );
  }

  close(key: string): void {
    this.state.windows = this.state.windows.filter((window) => window.key !== key);
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
