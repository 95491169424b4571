/** The form of a mail: recipients, subject, text, files, and the line that says whether it is kept. */
import React, { useEffect, useRef, useState } from 'react';
import { CloseOutlined, ExportOutlined, MinusOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Input, Tooltip, Typography, theme } from 'antd';
import type { FilledTemplate, OutboxView } from '../../shared/types';
import { useLanguage } from '../accounts/useLanguage';
import { errorView } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useMail } from '../live';
import { errorText, useT } from '../locale';
import { AttachmentBar } from './AttachmentBar';
import { ComposeBody } from './ComposeBody';
import { ComposeFoot } from './ComposeFoot';
import type { ComposerProps } from './Composer';
import { ConflictBar } from './ConflictBar';
import { DropHint } from './DropHint';
import { htmlToText } from './content';
import { deskOf, type ComposeStart } from './desk';
import { canSend } from './draft';
import { HostFilesButton } from './HostFilesButton';
import { InsertMenu } from './InsertMenu';
import { takesFocus } from './layout';
import { OfferLine } from './OfferLine';
import { openComposer } from './openComposer';
import { Recipients } from './Recipients';
import { FOOT_HEIGHT } from './RichEditor';
import { dayAndTime } from '../mail/dates';
import { followSending } from './sendings';
import { useHandover } from './signedIn';
import { useClosing } from './useClosing';
import { useDraft } from './useDraft';
import { useImages } from './useImages';
import { useOffer } from './useOffer';
import { useSend } from './useSend';
import { useSignatures } from './useSignatures';
import type { Started } from './useStart';
import { useUploads } from './useUploads';
import { useWhereItStands } from './useWhereItStands';

interface SheetProps {
  started: Started;
  /** Another mail is written in this place. */
  onInstead: (start: ComposeStart) => void;
}

const ANSWERS = { reply: 'Reply', replyAll: 'Reply all', forward: 'Forward' } as const;

/** At the end of a conversation the foot sticks to the end of the pane. Pixels. */
const INLINE_FOOT = 52;

export const ComposeSheet = observer(function ComposeSheet(props: ComposerProps & SheetProps) {
  const { started, layout, onClose, closedBy, onMinimise, onTitle } = props;
  const t = useT();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { accounts } = useMail().state;
  const language = useLanguage();
  const draft = useDraft(started.form, started.row, started.left ?? null);
  const uploads = useUploads(draft);
  const images = useImages(draft);
  const { form, change } = draft;
  const signatures = useSignatures(form, change);
  const [dropping, setDropping] = useState(false);
  const sheet = useRef<HTMLDivElement>(null);
  const account = accounts.find(({ id }) => id === form.accountId);
  const title = form.subject.trim() || t('New message');
  const answer = form.inReplyTo?.kind;

  useEffect(() => onTitle?.(title), [onTitle, title]);

  const send = useSend({
    draft,
    uploads,
    canSend: account !== undefined && canSend(account),
    from: account?.address ?? '',
    onSent: (row, at) => {
      draft.release();
      onClose();
      if (at) {
        context.message.success(
          t('It leaves {{when}}. You find it in the outbox.', { when: dayAndTime(at, language) }),
        );
        return;
      }
      followSending(context, row, (start) => openComposer(context, start));
    },
  });

  const yields = props.yields ?? false;
  const { close, discard, makeRoom } = useClosing({ draft, started, uploads, images, yields, onClose, closedBy });
  const inline = layout === 'inline';
  const inPage = inline || layout === 'block';
  const offered = useOffer(form, !started.row || Boolean(started.fresh), draft.row?.id ?? null);
  const openInstead = async (other: OutboxView) => {
    const start = { kind: 'draft' as const, draft: other };
    const desk = deskOf(context.app);
    try {
      await makeRoom();
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
      return;
    }
    if (desk.docked && desk.holds(other.id)) {
      onClose();
      desk.open(start);
    } else props.onInstead(start);
  };
  useWhereItStands(sheet, props);
  useHandover(context.app, () => {
    draft.release();
    onClose();
  });
  const draftId = draft.row?.id ?? null;
  const { onDraft } = props;
  const told = useRef(onDraft);
  told.current = onDraft;
  useEffect(() => told.current?.(draftId), [draftId]);

  /** Dialogs opened from here report to this sheet too, although they lie elsewhere on the page. */
  const here = (event: React.SyntheticEvent) => sheet.current?.contains(event.target as Node) ?? false;
  const pressed = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !here(event)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      void send.send();
    } else if (event.key === 'Escape' && !event.defaultPrevented) {
      event.stopPropagation();
      void close();
    }
  };
  const record = form.record ?? null;
  /** Before what is written: a template never takes the place of anything. */
  const insertTemplate = ({ subject, html }: FilledTemplate) =>
    change({
      ...(form.mode === 'plain'
        ? { text: `${htmlToText(html)}\n${form.text}` }
        : { rich: { ...form.rich, own: html + form.rich.own.replace(/^(<p><br ?\/?><\/p>)+$/, '') } }),
      ...(form.subject.trim() === '' && { subject }),
    });
  const files = (event: React.DragEvent) => here(event) && event.dataTransfer.types.includes('Files');

  return (
    <div
      ref={sheet}
      role={layout === 'dialog' ? undefined : inPage ? 'form' : 'dialog'}
      aria-label={title}
      data-composer
      // A click between its fields leaves the keyboard to it, not to the list of mail.
      tabIndex={-1}
      onKeyDown={pressed}
      onDragOver={(event) => {
        if (!files(event)) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      }}
      onDropCapture={() => setDropping(false)}
      onDrop={(event) => {
        if (!files(event)) return;
        event.preventDefault();
        setDropping(false);
        uploads.add([...event.dataTransfer.files]);
      }}
      style={{
        display: 'flex',
        flexDirection: 'column',
        ...(inPage ? { minHeight: 300 } : { height: '100%', minHeight: 0 }),
        ...(inline && { [FOOT_HEIGHT]: `${INLINE_FOOT}px` }),
        background: token.colorBgElevated,
        position: 'relative',
        outline: 'none',
      }}
    >
      {dropping && <DropHint />}
      <Flex
        align="center"
        gap="small"
        style={{
          flex: 'none',
          padding: `${token.paddingXXS}px ${token.paddingXS}px ${token.paddingXXS}px ${token.padding}px`,
          background: token.colorFillAlter,
          borderBottom: `1px solid ${token.colorBorderSecondary}`,
        }}
      >
        <Typography.Text strong ellipsis style={{ flex: 1 }}>
          {inline && answer ? t(ANSWERS[answer]) : title}
        </Typography.Text>
        {props.onPopOut && (
          <Tooltip title={t('Write in a window of its own')}>
            <Button
              type="text"
              size="small"
              icon={<ExportOutlined />}
              aria-label={t('Write in a window of its own')}
              onClick={() => props.onPopOut?.(draft.flush)}
            />
          </Tooltip>
        )}
        {onMinimise && (
          <Tooltip title={t('Minimise')}>
            <Button type="text" size="small" icon={<MinusOutlined />} aria-label={t('Minimise')} onClick={onMinimise} />
          </Tooltip>
        )}
        <Tooltip title={t('Close and keep the draft')}>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t('Close and keep the draft')}
            onClick={() => void close()}
          />
        </Tooltip>
      </Flex>
      <div
        style={{
          ...{ flex: 1, display: 'flex', flexDirection: 'column' },
          ...(!inPage && { minHeight: 0, overflowY: 'auto' }),
          // The host's button of its assistants lies over the end of a full screen.
          paddingBottom: layout === 'full' ? 72 : 0,
        }}
      >
        <Recipients
          form={form}
          change={change}
          accounts={accounts}
          isNew={takesFocus(layout) && started.form.to.length === 0}
        />
        <OfferLine offered={offered} onOpen={(other) => void openInstead(other)} />
        <Input
          variant="borderless"
          aria-label={t('Subject')}
          placeholder={t('Subject')}
          value={form.subject}
          maxLength={998}
          onChange={(event) => change({ subject: event.target.value })}
          style={{
            flex: 'none',
            padding: `${token.paddingXS}px ${token.padding}px`,
            borderRadius: 0,
            borderBottom: `1px solid ${token.colorBorderSecondary}`,
            fontWeight: form.subject ? token.fontWeightStrong : undefined,
          }}
        />
        <ComposeBody
          form={form}
          change={change}
          autoFocus={takesFocus(layout) && started.form.to.length > 0}
          images={images}
        />
        <AttachmentBar uploads={uploads} largest={account?.largestMessage ?? null} />
      </div>
      {draft.conflict && (
        <ConflictBar
          conflict={draft.conflict}
          files={uploads.files.length > 0}
          onMine={() => draft.settle('mine')}
          onTheirs={() => {
            if (draft.conflict?.kind === 'changed') draft.settle('theirs');
            else {
              draft.release();
              onClose();
            }
          }}
        />
      )}
      {draft.saving.error && draft.saving.error.kind === 'permanent' && (
        <ErrorNotice view={draft.saving.error} onRetry={() => void draft.flush().catch(() => undefined)} banner />
      )}
      {(send.error ?? images.error) && <ErrorNotice view={(send.error ?? images.error)!} banner />}
      <div
        style={{
          flex: 'none',
          // The padding of the pane is no place for text to look out.
          ...(inline && { position: 'sticky', bottom: -token.paddingSM, zIndex: 1, background: 'inherit' }),
        }}
      >
        <ComposeFoot
          draft={draft}
          uploads={uploads}
          send={send}
          onMode={(mode) => change(mode)}
          onDiscard={discard}
          insert={
            <>
              <HostFilesButton record={record} onAttach={uploads.addHosted} />
              <InsertMenu form={form} signatures={signatures} record={record} onTemplate={insertTemplate} />
            </>
          }
        />
      </div>
    </div>
  );
});
