/** Signature and template of a mail, and the way to where they are kept. */
import React, { useState } from 'react';
import { FileTextOutlined, SignatureOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Alert, Flex, Modal, Typography, theme } from 'antd';
import type { FilledTemplate, RecordRef, TemplateView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';
import { MessageFrame } from '../mail/MessageFrame';
import { MenuButton } from '../MenuButton';
import { useLast } from '../useLast';
import { asLines } from './content';
import type { ComposeForm } from './draft';
import { TextsDialog } from './TextsDialog';
import type { Signatures } from './useSignatures';

interface InsertMenuProps {
  form: ComposeForm;
  signatures: Signatures;
  /** What templates may name beside user and recipient. */
  record: RecordRef | null;
  onTemplate: (filled: FilledTemplate) => void;
}

/** A name in a menu, which would else be wider than a small screen. */
function Name({ text }: { text: string }) {
  return (
    <Typography.Text ellipsis title={text} style={{ maxWidth: 'min(320px, 40vw)', color: 'inherit' }}>
      {text}
    </Typography.Text>
  );
}

export function InsertMenu({ form, signatures, record, onTemplate }: InsertMenuProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const [templates, setTemplates] = useState<TemplateView[]>([]);
  const [managing, setManaging] = useState<'signatures' | 'templates' | null>(null);
  const [preview, setPreview] = useState<FilledTemplate | null>(null);
  const shown = useLast(preview);
  const failed = (thrown: unknown) => void context.message.error(errorText(t, errorView(thrown)).sentence);
  const read = () => void api.templates.list().then(setTemplates, failed);
  const fill = (id: string) => {
    const [recipient] = form.to;
    void api.templates.render(id, { recipient: recipient ?? {} }, record).then(setPreview, failed);
  };
  const none = { key: 'none', label: t('No signature') };
  return (
    <>
      <MenuButton
        label={t('Signature')}
        icon={<SignatureOutlined />}
        menu={{
          items: [
            ...signatures.list.map(({ id, name, isDefault }) => ({
              key: id,
              label: <Name text={isDefault ? t('{{name}} (default)', { name }) : name} />,
            })),
            none,
            { type: 'divider' as const },
            { key: 'manage', label: t('Manage signatures…') },
          ],
          onClick: ({ key }) => {
            if (key === 'manage') setManaging('signatures');
            else signatures.choose(signatures.list.find(({ id }) => id === key) ?? null);
          },
        }}
      />
      <MenuButton
        label={t('Insert a template')}
        icon={<FileTextOutlined />}
        onOpen={read}
        menu={{
          items: [
            ...templates.map(({ id, name, shared }) => ({
              key: id,
              label: <Name text={shared ? t('{{name}} (shared)', { name }) : name} />,
            })),
            ...(templates.length > 0 ? [{ type: 'divider' as const }] : []),
            { key: 'manage', label: t('Manage templates…') },
          ],
          onClick: ({ key }) => (key === 'manage' ? setManaging('templates') : fill(key)),
        }}
      />
      <Modal
        open={preview !== null}
        title={t('Insert this template?')}
        okText={t('Insert')}
        cancelText={t('Go back')}
        onCancel={() => setPreview(null)}
        onOk={() => {
          if (preview) onTemplate(preview);
          setPreview(null);
        }}
      >
        {shown && (
          <Flex vertical gap="small">
            {shown.missing.length > 0 && (
              <Alert
                type="warning"
                showIcon
                message={t('These variables have no value: {{names}}', { names: shown.missing.join(', ') })}
              />
            )}
            {shown.subject && <Typography.Text strong>{shown.subject}</Typography.Text>}
            <div style={{ border: `1px solid ${token.colorBorderSecondary}`, maxHeight: '50vh', overflowY: 'auto' }}>
              <MessageFrame own html={asLines(shown.html)} />
            </div>
          </Flex>
        )}
      </Modal>
      {managing && (
        <TextsDialog
          kind={managing}
          accountId={form.accountId}
          onClosed={() => {
            setManaging(null);
            void signatures.reload();
          }}
        />
      )}
    </>
  );
}
