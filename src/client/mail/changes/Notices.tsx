/** Changes that did not come true because Outlook was faster or refused: said once, with why, until the reader has seen it. */
import React, { useCallback, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Alert, Button, Modal, Typography, theme } from 'antd';
import type { ChangeNotice } from '../../../shared/types';
import { LIVE_EVENTS } from '../../../shared/constants';
import { errorView, useApi } from '../../api';
import { useLiveEvent } from '../../live';
import { useLoad } from '../../load';
import { errorText, useT } from '../../locale';
import { messageDate } from '../dates';
import { useMailContext } from '../MailContext';

const CHANGES: Record<ChangeNotice['change'], string> = {
  seen: 'Read or unread',
  flagged: 'Flag',
  move: 'Move',
  remove: 'Delete',
};

/** @param onOpen shows a conversation */
export function Notices({ onOpen }: { onOpen: (thread: { id: string }) => void }) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { locale } = useMailContext();
  const [open, setOpen] = useState(false);
  const { data, reload, set } = useLoad(useCallback(() => api.notices.list(), [api]));
  useLiveEvent(LIVE_EVENTS.thread, (payload) => {
    if (!payload || payload.noticeIds) void reload();
  });
  if (!data || data.length === 0) return null;
  const dismiss = () => {
    const ids = data.map(({ id }) => id);
    setOpen(false);
    set([]);
    api.notices
      .dismiss(ids)
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(() => void reload());
  };
  const show = (threadId: string) => {
    setOpen(false);
    onOpen({ id: threadId });
  };
  return (
    <>
      <Alert
        banner
        closable
        type="warning"
        role="status"
        onClose={dismiss}
        message={t('Changes that Outlook decided otherwise: {{number}}', { number: data.length })}
        action={
          <Button size="small" type="link" onClick={() => setOpen(true)}>
            {t('Show')}
          </Button>
        }
      />
      <Modal
        open={open}
        title={t('Outlook decided otherwise')}
        onCancel={() => setOpen(false)}
        onOk={dismiss}
        okText={t('Understood')}
        cancelText={t('Close')}
      >
        <Typography.Paragraph type="secondary">
          {t('These changes did not come true. What you see here is what the mailbox holds.')}
        </Typography.Paragraph>
        <div style={{ maxHeight: '50vh', overflowY: 'auto' }}>
          {data.map(({ id, threadId, subject, change, error, at }) => (
            <div
              key={id}
              style={{ padding: `${token.paddingXS}px 0`, borderTop: `1px solid ${token.colorBorderSecondary}` }}
            >
              {threadId ? (
                <Button
                  type="link"
                  style={{ paddingInline: 0, height: 'auto', whiteSpace: 'normal', textAlign: 'start' }}
                  onClick={() => show(threadId)}
                >
                  {subject.trim() || t('(no subject)')}
                </Button>
              ) : (
                <Typography.Text strong>{subject.trim() || t('(no subject)')}</Typography.Text>
              )}
              <div>{errorText(t, error).sentence}</div>
              <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
                {t(CHANGES[change])} · {messageDate(at, new Date(), locale)}
              </Typography.Text>
            </div>
          ))}
        </div>
      </Modal>
    </>
  );
}
