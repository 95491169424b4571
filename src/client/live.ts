/** What is shared between the pages of one browser tab, for components: accounts, the unread counter, live events. */
import { useEffect, useMemo, useRef } from 'react';
import type { Application } from '@nocobase/client-v2';
import { observable, useFlowEngine } from '@nocobase/flow-engine';
import type { LiveEvent } from '../shared/constants';
import { emptyMailState, MailLive, type LiveListener } from './mailLive';

export { MailLive, type LiveListener, type MailState } from './mailLive';

const byApplication = new WeakMap<Application, MailLive>();

/** The one {@link MailLive} of an application. */
export function liveOf(app: Application): MailLive {
  let live = byApplication.get(app);
  if (!live) {
    live = new MailLive(app, observable(emptyMailState()));
    byApplication.set(app, live);
  }
  return live;
}

/** The shared state, kept fresh while the component is mounted. Wrap the component in `observer`. */
export function useMail(): MailLive {
  const { context } = useFlowEngine();
  const live = useMemo(() => liveOf(context.app), [context]);
  useEffect(() => live.use(), [live]);
  return live;
}

/** Calls back on a live event while the component is mounted; null = read everything again. The listener may change freely. */
export function useLiveEvent(event: LiveEvent, listener: LiveListener): void {
  const { context } = useFlowEngine();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => liveOf(context.app).on(event, (payload) => latest.current(payload)), [context, event]);
}
