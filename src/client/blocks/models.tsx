/** Blocks and actions an administrator can put on any page. */
import React from 'react';
import {
  ActionModel,
  ActionSceneEnum,
  BlockModel,
  TableBlockModel,
  TextAreaWithContextSelector,
} from '@nocobase/client-v2';
import type { Collection, FlowContext, ViewerOptions } from '@nocobase/flow-engine';
import { LIVE_EVENTS } from '../../shared/constants';
import type { ComposeStart } from '../compose/desk';
import { openComposer } from '../compose/openComposer';
import { liveOf } from '../live';
import { tExpr, translator } from '../locale';
import { parseAddresses } from '../mail/addresses';
import { isNarrow, WHOLE_SCREEN } from '../wholeScreen';
import { MAIL_BLOCK_COLLECTION } from './collections';
import { ComposeBlock } from './ComposeBlock';
import { recordOf } from './record';
import { ThreadView } from './ThreadView';

/** Changes come in bursts: one reading answers them. */
const GATHER = 800;

/** A column of a new block, as the administrator would add it. @param width in pixels */
const column = (fieldPath: string, width: number, field = 'DisplayTextFieldModel') => ({
  use: 'TableColumnModel',
  stepParams: {
    fieldSettings: { init: { dataSourceKey: 'main', collectionName: MAIL_BLOCK_COLLECTION, fieldPath } },
    tableColumnSettings: { width: { width } },
  },
  subModels: { field: { use: field } },
});

/** Mail as a table. The server shows each reader his own, whatever the role; so the host's role rules do not hide it here. */
export class EmailTableBlockModel extends TableBlockModel {
  private release: (() => void) | undefined;

  static override filterCollection(collection: Collection) {
    return collection.name === MAIL_BLOCK_COLLECTION;
  }

  override onInit(options: unknown): void {
    super.onInit(options);
    this.context.defineProperty('skipAclCheck', { value: true });
  }

  override onMount(): void {
    super.onMount();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void this.resource.refresh().catch(() => undefined), GATHER);
    };
    const stop = liveOf(this.context.app).on(LIVE_EVENTS.thread, soon);
    this.release = () => {
      clearTimeout(timer);
      stop();
    };
  }

  override onUnmount(): void {
    this.release?.();
    super.onUnmount();
  }
}
EmailTableBlockModel.define({
  label: tExpr('Email table'),
  group: tExpr('Content'),
  sort: 320,
  createModelOptions: {
    use: 'EmailTableBlockModel',
    stepParams: { tableSettings: { defaultSorting: { sort: [{ field: 'date', direction: 'desc' }] } } },
    subModels: {
      actions: [{ use: 'FilterActionModel' }, { use: 'RefreshActionModel' }, { use: 'MailSendActionModel' }],
      columns: [
        column('from', 260),
        column('subject', 420),
        column('date', 180, 'DisplayDateTimeFieldModel'),
        { use: 'TableActionsColumnModel', subModels: { actions: [{ use: 'MailOpenActionModel' }] } },
      ],
    },
  },
});

interface MailRecord {
  id?: unknown;
  threadId?: unknown;
  subject?: unknown;
}

/** Shows the conversation of a row beside the page. */
async function openThread(context: FlowContext, record: MailRecord | undefined): Promise<void> {
  const t = translator((key, options) => context.t(key, options));
  const threadId = record?.threadId;
  if (!threadId) {
    context.message.info(t('This message belongs to no conversation yet. Try again in a moment.'));
    return;
  }
  const beside = await recordOf(context);
  const shown: ViewerOptions = {
    closable: false,
    inheritContext: false,
    content: (view) => <ThreadView threadId={String(threadId)} record={beside} onClose={() => void view.close()} />,
  };
  // On a small screen the host's drawer would lie over every dialog that is opened from it.
  if (isNarrow()) context.viewer.dialog({ ...shown, ...WHOLE_SCREEN });
  else context.viewer.drawer({ ...shown, width: 'min(860px, 100vw)', styles: { body: { padding: 0 } } });
}

EmailTableBlockModel.registerFlow({
  key: 'openMail',
  title: tExpr('Open conversation on click'),
  on: 'rowClick',
  steps: {
    open: {
      handler(ctx) {
        const { event, record } = ctx.inputArgs as { event?: { target?: unknown }; record?: MailRecord };
        const target = event?.target;
        // Buttons and links of a row do what they say.
        if (target instanceof Element && target.closest('button, a, input, label, [role="button"]')) return;
        return openThread(ctx, record);
      },
    },
  },
});

export class MailOpenActionModel extends ActionModel {
  static override scene = ActionSceneEnum.record;
  override defaultProps = { type: 'link', title: tExpr('Open') };
}
MailOpenActionModel.define({
  label: tExpr('Open conversation'),
  // Records of other collections belong to no conversation.
  hide: ({ collection }) => collection?.name !== MAIL_BLOCK_COLLECTION,
});
MailOpenActionModel.registerFlow({
  key: 'openMail',
  title: tExpr('Open conversation'),
  on: 'click',
  steps: { open: { handler: (ctx) => openThread(ctx, ctx.record as MailRecord | undefined) } },
});

export class MailSendActionModel extends ActionModel {
  static override scene = ActionSceneEnum.both;
  override defaultProps: Record<string, unknown> = { title: tExpr('Compose email'), icon: 'MailOutlined' };
}
MailSendActionModel.define({ label: tExpr('Compose email') });

const setting = (title: string, { description, rows = 1 }: { description?: string; rows?: number } = {}) => ({
  type: 'string',
  title: tExpr(title),
  ...(description && { description: tExpr(description) }),
  'x-decorator': 'FormItem',
  'x-component': TextAreaWithContextSelector,
  'x-component-props': { rows },
});

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(textOf).join(', ') : typeof value === 'string' ? value.trim() : '';

/** What a mail begins with: settings whose variables have their values. */
const BEGINNING = {
  title: tExpr('Recipients and subject'),
  uiSchema: {
    to: setting('To', { description: 'Addresses, or a variable such as the email field of the current record.' }),
    cc: setting('Cc'),
    subject: setting('Subject'),
    text: setting('Text', { rows: 4 }),
  },
  defaultParams: { to: '', cc: '', subject: '', text: '' },
};
const begun = async (context: FlowContext, params: Record<string, unknown>): Promise<ComposeStart> => ({
  kind: 'new',
  record: await recordOf(context),
  to: parseAddresses(textOf(params.to)),
  cc: parseAddresses(textOf(params.cc)),
  subject: textOf(params.subject),
  text: textOf(params.text),
});

MailSendActionModel.registerFlow({
  key: 'mailSend',
  title: tExpr('Email settings of the button'),
  on: 'click',
  steps: {
    compose: {
      ...BEGINNING,
      async handler(ctx, params) {
        openComposer(ctx, await begun(ctx, params));
      },
    },
  },
});

/** A mail that is written on the page itself. */
export class EmailComposeBlockModel extends BlockModel {
  override renderComponent() {
    const { start } = this.props as { start?: ComposeStart };
    return start ? <ComposeBlock start={start} /> : null;
  }
}
EmailComposeBlockModel.define({ label: tExpr('Compose email'), group: tExpr('Content'), sort: 330 });
// Without an event it runs before the block is shown, and again when its settings change.
EmailComposeBlockModel.registerFlow({
  key: 'mailCompose',
  title: tExpr('Email settings of the block'),
  steps: {
    compose: {
      ...BEGINNING,
      async handler(ctx, params) {
        ctx.model.setProps({ start: await begun(ctx, params) });
      },
    },
  },
});
