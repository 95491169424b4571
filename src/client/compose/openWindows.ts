/** Which unsaved mails are open in some tab of this browser: only the others were left behind. */

const CHANNEL = 'mail-unsaved';
/** A tab that lives answers within this. */
const PATIENCE = 400;

const mine = new Set<string>();
let channel: BroadcastChannel | null = null;

function open(): BroadcastChannel | null {
  if (channel || typeof BroadcastChannel === 'undefined') return channel;
  channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<{ ask?: true }>) => {
    if (data.ask && mine.size > 0) channel?.postMessage({ held: [...mine] });
  });
  return channel;
}

/** This tab holds a mail until the function it returns is called. */
export function hold(key: string): () => void {
  open();
  mine.add(key);
  return () => void mine.delete(key);
}

/** The keys of all mails that are open, in this tab and the others. */
export function held(): Promise<Set<string>> {
  const all = new Set(mine);
  const asked = open();
  if (!asked) return Promise.resolve(all);
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent<{ held?: string[] }>) => data.held?.forEach((key) => all.add(key));
    asked.addEventListener('message', hear);
    asked.postMessage({ ask: true });
    setTimeout(() => {
      asked.removeEventListener('message', hear);
      mine.forEach((key) => all.add(key));
      resolve(all);
    }, PATIENCE);
  });
}
