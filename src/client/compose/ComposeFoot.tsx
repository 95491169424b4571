/** Send, attach, rich or plain, throw away, and whether the draft is kept. */
import React, { useRef } from 'react';
import { DeleteOutlined, FontSizeOutlined, PaperClipOutlined, SendOutlined } from '@ant-design/icons';
import { Button, Flex, Tooltip, Typography, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { useT, type Translate } from '../locale';
import { clock } from '../mail/dates';
import { htmlToText, joinRich, textToHtml } from './content';
import type { ComposeForm } from './draft';
import { hasRichEditor } from './RichEditor';
import type { Draft } from './useDraft';
import type { Sender } from './useSend';
import type { Uploads } from './useUploads';

interface ComposeFootProps {
  draft: Draft;
  uploads: Uploads;
  send: Sender;
  onMode: (change: Partial<ComposeForm>) => void;
  onDiscard: () => void;
}

function savedLine(t: Translate, { state, at }: Draft['saving'], language: string): string {
  switch (state) {
    case 'unchanged':
    case 'changed':
      return '';
    case 'saving':
      return t('Saving…');
    case 'saved':
      return t('Saved {{time}}', { time: clock(at, language) });
    case 'failed':
      return t('Not saved');
  }
}

export function ComposeFoot({ draft, uploads, send, onMode, onDiscard }: ComposeFootProps) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const picker = useRef<HTMLInputElement>(null);
  const { form, saving } = draft;
  const failed = saving.state === 'failed';
  const switchMode = () =>
    onMode(
      form.mode === 'rich'
        ? { mode: 'plain', text: htmlToText(joinRich(form.rich)) }
        : { mode: 'rich', rich: { own: textToHtml(form.text), quote: '' } },
    );
  return (
    <Flex
      align="center"
      gap="small"
      wrap
      style={{
        flex: 'none',
        padding: `${token.paddingXS}px ${token.padding}px`,
        borderTop: `1px solid ${token.colorBorderSecondary}`,
      }}
    >
      <Tooltip title={t('Send ({{keys}})', { keys: 'Ctrl+Enter' })}>
        <Button type="primary" icon={<SendOutlined />} loading={send.sending} onClick={() => void send.send()}>
          {t('Send')}
        </Button>
      </Tooltip>
      <Tooltip title={t('Attach files')}>
        <Button
          type="text"
          icon={<PaperClipOutlined />}
          aria-label={t('Attach files')}
          onClick={() => picker.current?.click()}
        />
      </Tooltip>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          uploads.add([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {hasRichEditor && (
        <Tooltip title={form.mode === 'rich' ? t('Switch to plain text') : t('Switch to rich text')}>
          <Button
            type="text"
            icon={<FontSizeOutlined />}
            aria-label={form.mode === 'rich' ? t('Switch to plain text') : t('Switch to rich text')}
            onClick={switchMode}
          />
        </Tooltip>
      )}
      <Typography.Text
        role="status"
        type={failed ? 'danger' : 'secondary'}
        style={{ flex: 1, fontSize: token.fontSizeSM, textAlign: 'end' }}
      >
        {savedLine(t, saving, language)}
        {failed && (
          <Button type="link" size="small" onClick={() => void draft.flush().catch(() => undefined)}>
            {t('Try again')}
          </Button>
        )}
      </Typography.Text>
      <Tooltip title={t('Throw away')}>
        <Button type="text" icon={<DeleteOutlined />} aria-label={t('Throw away')} onClick={onDiscard} />
      </Tooltip>
    </Flex>
  );
}
