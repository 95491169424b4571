/** Send, attach, rich or plain, throw away, and whether the draft is kept. */
import React, { useRef, useState } from 'react';
import { DeleteOutlined, DownOutlined, FontSizeOutlined, PaperClipOutlined, SendOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Space, Tooltip, Typography, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { useT, type Translate } from '../locale';
import { clock, dayAndTime } from '../mail/dates';
import { MenuButton } from '../MenuButton';
import { hasFormatting, htmlToText, joinRich, richOf } from './content';
import type { ComposeForm } from './draft';
import { hasRichEditor } from './RichEditor';
import { schedulePresets } from './schedule';
import { SchedulePicker } from './SchedulePicker';
import type { Draft } from './useDraft';
import type { Sender } from './useSend';
import type { Uploads } from './useUploads';

interface ComposeFootProps {
  draft: Draft;
  uploads: Uploads;
  send: Sender;
  onMode: (change: Partial<ComposeForm>) => void;
  onDiscard: () => void;
  /** Signature and template. */
  insert: React.ReactNode;
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

export function ComposeFoot({ draft, uploads, send, onMode, onDiscard, insert }: ComposeFootProps) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const { context } = useFlowEngine();
  const picker = useRef<HTMLInputElement>(null);
  const [picking, setPicking] = useState(false);
  const { form, saving } = draft;
  /** What to do about a conflict is asked above. */
  const failed = saving.state === 'failed' && !draft.conflict;
  const switchMode = () => {
    if (form.mode === 'plain') return onMode({ mode: 'rich', rich: richOf(form.text) });
    const toPlain = () => onMode({ mode: 'plain', text: htmlToText(joinRich(form.rich)) });
    if (!hasFormatting(form.rich)) return toPlain();
    context.modal.confirm({
      title: t('Go on without formatting?'),
      content: t('Bold and other styles, links and images of the text are lost. Attached files stay.'),
      okText: t('Switch to plain text'),
      cancelText: t('Go back'),
      onOk: toPlain,
    });
  };
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
      <Space.Compact>
        <Tooltip title={t('Send ({{keys}})', { keys: 'Ctrl+Enter' })}>
          <Button type="primary" icon={<SendOutlined />} loading={send.sending} onClick={() => void send.send()}>
            {t('Send')}
          </Button>
        </Tooltip>
        <MenuButton
          type="primary"
          icon={<DownOutlined />}
          label={t('Send later')}
          disabled={send.sending}
          menu={{
            items: [
              ...schedulePresets(new Date()).map(({ label, at }) => ({
                key: at.toISOString(),
                label: (
                  <Flex justify="space-between" gap="middle">
                    <span>{t(label)}</span>
                    <Typography.Text type="secondary">{dayAndTime(at, language)}</Typography.Text>
                  </Flex>
                ),
              })),
              { key: 'pick', label: t('Pick a time…') },
            ],
            onClick: ({ key }) => (key === 'pick' ? setPicking(true) : void send.send(new Date(key))),
          }}
        />
      </Space.Compact>
      {picking && <SchedulePicker onChoose={(at) => void send.send(at)} onClosed={() => setPicking(false)} />}
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
      {insert}
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
      <Flex align="center" gap="small" justify="flex-end" style={{ flex: 1 }}>
        <Typography.Text
          role="status"
          type={failed ? 'danger' : 'secondary'}
          style={{ fontSize: token.fontSizeSM, whiteSpace: 'nowrap' }}
        >
          {draft.conflict ? '' : savedLine(t, saving, language)}
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
    </Flex>
  );
}
