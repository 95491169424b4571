/** One message of a conversation: a line while collapsed, header, text and files when open. */
import React, { useEffect, useRef, useState } from 'react';
import { FlagFilled, PaperClipOutlined } from '@ant-design/icons';
import { Alert, Flex, Skeleton, Tag, Tooltip, Typography, theme } from 'antd';
import type { MessageView } from '../../shared/types';
import { errorView } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { Loading } from '../Loading';
import { errorText, useT } from '../locale';
import { ToneTag } from '../ToneTag';
import type { AnswerKind } from '../compose/desk';
import { personName } from './addresses';
import { Attachments } from './Attachments';
import { bounceSentence } from './bounces';
import type { Action } from './changes/place';
import { fullDate, messageDate } from './dates';
import { roleLabel } from './folders/mailboxes';
import type { MailtoStart } from './frameDocument';
import { useMailContext } from './MailContext';
import { MessageActions } from './MessageActions';
import { MessageFrame } from './MessageFrame';
import { MessageHead } from './MessageHead';
import { PlainText } from './PlainText';
import { RemoteImages } from './RemoteImages';
import { useStyles } from './styles';
import { useBody } from './useBody';

interface MessageCardProps {
  message: MessageView;
  open: boolean;
  onToggle: () => void;
  onAnswer: (kind: AnswerKind) => void;
  onAct?: (action: Action) => void;
  /** Named where it lies elsewhere than the list that is shown. */
  elsewhere?: boolean;
  onWrite: (start: MailtoStart) => void;
}

export function MessageCard({ open, ...props }: MessageCardProps) {
  const styles = useStyles();
  const card = useRef<HTMLElement>(null);
  const before = useRef(open);
  useEffect(() => {
    if (before.current === open) return;
    before.current = open;
    // What was pressed is gone: the focus stays with its successor.
    const lost = document.activeElement === document.body;
    if (lost) card.current?.querySelector<HTMLElement>('[data-toggle]')?.focus({ preventScroll: true });
  }, [open]);
  return (
    <article ref={card} className={styles.card} data-message={props.message.id}>
      {open ? <OpenMessage {...props} /> : <ClosedMessage {...props} />}
    </article>
  );
}

function ClosedMessage({ message, onToggle, elsewhere }: Omit<MessageCardProps, 'open'>) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const { locale } = useMailContext();
  return (
    <button type="button" data-toggle className={styles.collapsed} aria-expanded={false} onClick={onToggle}>
      <span className={styles.line} style={{ flex: '0 0 auto', maxWidth: '38%', fontWeight: token.fontWeightStrong }}>
        {message.from ? personName(message.from) : t('(no sender)')}
      </span>
      <span className={`${styles.line} ${styles.secondary}`} style={{ flex: 1 }} dir="auto">
        {message.preview}
      </span>
      {elsewhere && <WhereTag message={message} />}
      {message.bounces.length > 0 && (
        <ToneTag tone="error" bordered={false} style={{ marginInlineEnd: 0, flex: 'none' }}>
          {t('Came back')}
        </ToneTag>
      )}
      {message.hasAttachments && <PaperClipOutlined aria-label={t('Has attachments')} />}
      {message.flagged && <FlagFilled aria-label={t('Flagged')} style={{ color: token.colorWarning }} />}
      <time dateTime={message.date} className={styles.secondary} style={{ fontSize: token.fontSizeSM, flex: 'none' }}>
        {messageDate(message.date, new Date(), locale)}
      </time>
    </button>
  );
}

function OpenMessage(props: Omit<MessageCardProps, 'open'>) {
  const { message, onToggle, onAnswer, onAct, onWrite, elsewhere } = props;
  const t = useT();
  const cameBack = bounceSentence(t, message.bounces);
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  return (
    <>
      <div style={{ padding: `${token.paddingSM}px ${token.padding}px ${token.paddingXS}px` }}>
        <MessageHead
          message={message}
          onToggle={onToggle}
          end={
            <Flex align="center" gap="small" style={{ flex: 'none' }}>
              {elsewhere && <WhereTag message={message} />}
              <Tooltip title={fullDate(message.sentAt ?? message.date, locale)}>
                <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM, whiteSpace: 'nowrap' }}>
                  <time dateTime={message.date}>{messageDate(message.date, new Date(), locale)}</time>
                </Typography.Text>
              </Tooltip>
              <MessageActions message={message} onAnswer={onAnswer} onAct={onAct} />
            </Flex>
          }
        />
      </div>
      <div style={{ padding: `0 ${token.padding}px ${token.padding}px` }}>
        {cameBack && <Alert type="error" showIcon message={cameBack} style={{ marginBottom: token.marginSM }} />}
        <MessageText message={message} onWrite={onWrite} />
      </div>
    </>
  );
}

/** The folder of a message that lies elsewhere; folders of the user's own need their name, which only the list knows. */
function WhereTag({ message }: Pick<MessageCardProps, 'message'>) {
  const t = useT();
  const label = roleLabel(t, message.mailboxRole);
  return label ? (
    <Tag bordered={false} style={{ marginInlineEnd: 0, flex: 'none' }}>
      {label}
    </Tag>
  ) : null;
}

function MessageText({ message, onWrite }: Pick<MessageCardProps, 'message' | 'onWrite'>) {
  const t = useT();
  const { bodies } = useMailContext();
  const { id } = message;
  const { body, error, loading, reload, loadImages } = useBody(id, bodies);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (body || error) return;
    const timer = setTimeout(() => setSlow(true), 4000);
    return () => clearTimeout(timer);
  }, [body, error]);

  if (message.unreadable && !body && !loading) {
    const view = errorView(null);
    return <ErrorNotice view={error ?? { ...view, code: message.unreadable }} onRetry={() => void reload()} />;
  }
  if (!body) {
    if (error) return <ErrorNotice view={error} onRetry={() => void reload()} />;
    return (
      <Loading style={{ minHeight: 140 }}>
        <Skeleton active title={false} paragraph={{ rows: 4 }} />
        {slow && <Typography.Text type="secondary">{t('Fetching the message from Outlook…')}</Typography.Text>}
      </Loading>
    );
  }
  const files = body.attachments.filter(({ inline, contentId }) => !inline || !contentId || body.html === null);
  return (
    <>
      {message.unreadable && (
        <Typography.Paragraph type="warning">
          {errorText(t, { ...errorView(null), code: message.unreadable }).sentence}
        </Typography.Paragraph>
      )}
      {body.blockedImages > 0 && (
        <RemoteImages message={message} count={body.blockedImages} loading={loading} onLoad={loadImages} />
      )}
      {error && <ErrorNotice view={error} onRetry={() => void reload()} />}
      {body.notice && <ErrorNotice view={body.notice} type="info" />}
      {body.html !== null ? (
        <MessageFrame html={body.html} remoteImages={body.remoteImages} onMailto={onWrite} />
      ) : (
        <PlainText text={body.text || t('(no text)')} onMailto={onWrite} />
      )}
      <Attachments messageId={id} attachments={files} />
    </>
  );
}
