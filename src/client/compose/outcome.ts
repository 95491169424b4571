/** What is said of a mail after "Send", in each of its states. Pure. */
import { SEND_BLOCKING_CODES, type OutboxState } from '../../shared/states';
import type { AccountView, ErrorView, OutboxView } from '../../shared/types';

export type NoticeAction = 'undo' | 'retry' | 'edit' | 'arrived' | 'sendAgain';

export interface Notice {
  tone: 'info' | 'success' | 'error' | 'warning';
  title: string;
  /** Until it leaves; for the title. */
  seconds?: number;
  subject: string;
  /** The sentence that explains it where the server gave no error. */
  explains?: string;
  actions: NoticeAction[];
  /** Nothing more happens by itself. */
  settled: boolean;
}

/** The notice over a mail; null for one that is a draft (again). */
export function noticeOf({ state, sendAt, subject, error }: OutboxView, now: Date): Notice | null {
  switch (state) {
    case 'draft':
      return null;
    case 'queued': {
      const left = sendAt ? Math.ceil((new Date(sendAt).getTime() - now.getTime()) / 1000) : 0;
      if (error) {
        return {
          ...{ tone: 'info', title: 'Not sent yet. It will be tried again', subject, settled: false },
          ...{ explains: 'The server was busy.', actions: ['undo'] },
        };
      }
      return left > 0
        ? { tone: 'info', title: 'Sending in {{seconds}} s', seconds: left, subject, actions: ['undo'], settled: false }
        : { tone: 'info', title: 'Sending…', subject, actions: [], settled: false };
    }
    case 'sending':
      return { tone: 'info', title: 'Sending…', subject, actions: [], settled: false };
    case 'sent':
      return { tone: 'success', title: 'Message sent', subject, actions: [], settled: true };
    case 'failed':
      return {
        ...{ tone: 'error', title: 'Not sent', subject, settled: true },
        ...{ explains: 'The server refused it.', actions: ['retry', 'edit'] },
      };
    case 'uncertain':
      return {
        ...{
          tone: 'warning',
          title: 'It may have been sent',
          subject,
          settled: true,
          actions: ['arrived', 'sendAgain'],
        },
        explains:
          'The connection broke at the very end. Look into Sent in Outlook or ask the recipient before you send it again.',
      };
  }
}

/** How a state reads in the outbox. */
export const OUTBOX_WORDS: Record<OutboxState, { label: string; colour: string }> = {
  draft: { label: 'Draft', colour: 'default' },
  queued: { label: 'Waiting', colour: 'processing' },
  sending: { label: 'Sending', colour: 'processing' },
  sent: { label: 'Message sent', colour: 'success' },
  failed: { label: 'Not sent', colour: 'error' },
  uncertain: { label: 'May have been sent', colour: 'warning' },
};

/** Codes of what kept an account from sending at all, whatever the mail was. */
const STOOD_STILL = ['accountPaused', 'accountReauthorize', 'providerMisconfigured'];

/** Whether what a mail failed by is mended: its reason would be told although it is none any more. */
export function obstacleGone(
  { code }: Pick<ErrorView, 'code'>,
  account: Pick<AccountView, 'storedState' | 'state' | 'sendBlocked'> | undefined,
): boolean {
  const works = account?.storedState === 'active' && account.state !== 'providerBroken';
  if (STOOD_STILL.includes(code)) return works;
  return SEND_BLOCKING_CODES.includes(code) && works && account.sendBlocked === null;
}
