/** Follows mails after "Send": time to take it back, then what became of it. One notice a mail, wherever the reader goes. */
import React from 'react';
import type { Application } from '@nocobase/client-v2';
import type { FlowContext, NoticeOptions } from '@nocobase/flow-engine';
import { Button, Space } from 'antd';
import { LIVE_EVENTS } from '../../shared/constants';
import type { OutboxView } from '../../shared/types';
import { errorView, mailApi, type MailApi } from '../api';
import { liveOf } from '../live';
import { errorText, translator, type Translate } from '../locale';
import type { ComposeStart } from './desk';
import { noticeOf, type Notice } from './outcome';

/** Where nothing is pushed (several processes without an adapter), the outbox is asked this often while a mail is under way. */
const ASK_AGAIN = 3000;
const SECOND = 1000;

/** Follows one mail until it is settled or dismissed. */
class Sending {
  private readonly stops: (() => void)[] = [];
  private ended = false;
  private settled = false;

  constructor(
    private view: OutboxView,
    private readonly context: FlowContext,
    private readonly api: MailApi,
    private readonly t: Translate,
    private readonly reopen: (start: ComposeStart) => void,
    private readonly onEnd: () => void,
  ) {
    const forget = liveOf(context.app).on(LIVE_EVENTS.outbox, (payload) => {
      if (!payload?.outboxId || payload.outboxId === this.view.id) void this.read();
    });
    const clock = setInterval(() => {
      if (!this.settled) this.show();
    }, SECOND);
    const asking = setInterval(() => {
      const leaves = this.view.sendAt ? new Date(this.view.sendAt).getTime() : 0;
      if (this.view.state === 'sending' || (this.view.state === 'queued' && Date.now() > leaves)) void this.read();
    }, ASK_AGAIN);
    const quiet = () => {
      clearInterval(clock);
      clearInterval(asking);
    };
    this.stops.push(forget, quiet);
    this.show();
  }

  private get key(): string {
    return `mail-sending-${this.view.id}`;
  }

  private readonly end = (): void => {
    if (this.ended) return;
    this.ended = true;
    for (const stop of this.stops) stop();
    this.onEnd();
  };

  private async read(): Promise<void> {
    try {
      this.take(await this.api.outbox.get(this.view.id));
    } catch (thrown) {
      if (errorView(thrown).code === 'notFound') this.dismiss();
    }
  }

  private take(view: OutboxView): void {
    if (this.ended) return;
    this.view = view;
    this.show();
  }

  /** Ends it, and the notice with it. */
  dismiss(): void {
    this.context.notification.destroy(this.key);
    this.end();
  }

  private show(): void {
    if (this.ended) return;
    const notice = noticeOf(this.view, new Date());
    if (!notice) {
      this.dismiss();
      return;
    }
    const { t } = this;
    const { sentence, who } = this.view.error ? errorText(t, this.view.error) : { sentence: '', who: '' };
    const options: NoticeOptions = {
      key: this.key,
      placement: 'bottomLeft',
      role: notice.tone === 'error' || notice.tone === 'warning' ? 'alert' : 'status',
      message: t(notice.title, { seconds: notice.seconds }),
      description: [notice.subject, notice.explains ? sentence || t(notice.explains) : '', notice.explains ? who : '']
        .filter(Boolean)
        .map((line) => <div key={line}>{line}</div>),
      btn: this.buttons(notice),
      duration: notice.settled && notice.tone === 'success' ? 4 : 0,
      onClose: this.end,
    };
    this.settled = notice.settled;
    this.context.notification[notice.tone](options);
  }

  private buttons(notice: Notice): React.ReactNode {
    const { t, api } = this;
    const { id } = this.view;
    const act = (call: () => Promise<OutboxView>, then: (view: OutboxView) => void) => () =>
      void call().then(then, (thrown: unknown) => {
        this.context.message.error(errorText(t, errorView(thrown)).sentence);
        void this.read();
      });
    const follow = (view: OutboxView) => this.take(view);
    const open = (draft: OutboxView) => {
      this.dismiss();
      this.reopen({ kind: 'draft', draft });
    };
    const button = (label: string, onClick: () => void, primary = false) => (
      <Button key={label} size="small" type={primary ? 'primary' : 'default'} onClick={onClick}>
        {t(label)}
      </Button>
    );
    const found = notice.actions.map((action) => {
      switch (action) {
        case 'undo':
          return button(
            'Undo',
            act(() => api.outbox.cancel(id), open),
            true,
          );
        case 'retry':
          return button(
            'Try again',
            act(() => api.outbox.retry(id), follow),
            true,
          );
        case 'edit':
          return button(
            'Edit',
            act(() => api.outbox.get(id), open),
          );
        case 'arrived':
          return button(
            'It arrived',
            act(() => api.outbox.resolve(id, true), follow),
          );
        case 'sendAgain':
          return button(
            'Send again',
            act(() => api.outbox.resolve(id, false), follow),
          );
      }
    });
    return found.length > 0 ? <Space>{found}</Space> : undefined;
  }
}

const underWay = new WeakMap<Application, Map<string, Sending>>();

/** Follows a mail that was just queued. Asking twice for one mail is asking once. */
export function followSending(context: FlowContext, view: OutboxView, reopen: (start: ComposeStart) => void): void {
  const followed = underWay.get(context.app) ?? new Map<string, Sending>();
  underWay.set(context.app, followed);
  if (followed.has(view.id)) return;
  const t = translator((key, options) => context.t(key, options));
  const end = () => void followed.delete(view.id);
  followed.set(view.id, new Sending(view, context, mailApi(context.api), t, reopen, end));
}

/** Ends all notices: the page belongs to somebody else now. */
export function endSendings(app: Application): void {
  for (const sending of [...(underWay.get(app)?.values() ?? [])]) sending.dismiss();
}
