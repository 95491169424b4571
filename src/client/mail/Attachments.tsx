/** The files of a message. Each is fetched by a link of its own that works for a minute. */
import React, { useState } from 'react';
import {
  DownloadOutlined,
  FileExcelOutlined,
  FileImageOutlined,
  FileOutlined,
  FilePdfOutlined,
  FilePptOutlined,
  FileTextOutlined,
  FileWordOutlined,
  FileZipOutlined,
} from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Tooltip, Typography, theme } from 'antd';
import type { AttachmentView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';
import { fileSize } from './fileSize';
import { useMailContext } from './MailContext';

function iconOf({ contentType, filename }: AttachmentView): React.ReactNode {
  const kind = `${contentType} ${filename}`.toLowerCase();
  if (kind.includes('image/')) return <FileImageOutlined />;
  if (kind.includes('pdf')) return <FilePdfOutlined />;
  if (/sheet|excel|csv|\.xlsx?$/.test(kind)) return <FileExcelOutlined />;
  if (/presentation|powerpoint|\.pptx?$/.test(kind)) return <FilePptOutlined />;
  if (/word|\.docx?$|opendocument\.text/.test(kind)) return <FileWordOutlined />;
  if (/zip|rar|7z|tar|gzip/.test(kind)) return <FileZipOutlined />;
  if (kind.includes('text/')) return <FileTextOutlined />;
  return <FileOutlined />;
}

export function Attachments({ messageId, attachments }: { messageId: string; attachments: AttachmentView[] }) {
  const t = useT();
  const { token } = theme.useToken();
  if (attachments.length === 0) return null;
  return (
    <Flex
      wrap
      gap="small"
      role="list"
      aria-label={t('Attachments')}
      style={{ paddingTop: token.paddingSM, marginTop: token.marginSM, borderTop: `1px solid ${token.colorSplit}` }}
    >
      {attachments.map((attachment) => (
        <AttachmentButton key={attachment.part} messageId={messageId} attachment={attachment} />
      ))}
    </Flex>
  );
}

function AttachmentButton({ messageId, attachment }: { messageId: string; attachment: AttachmentView }) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { locale } = useMailContext();
  const [busy, setBusy] = useState(false);
  const name = attachment.filename || t('Unnamed file');
  const download = async () => {
    setBusy(true);
    try {
      const { url } = await api.messages.attachment(messageId, attachment.part);
      const link = document.createElement('a');
      link.href = url;
      link.rel = 'noopener';
      link.download = attachment.filename;
      link.click();
    } catch (thrown) {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div role="listitem" style={{ maxWidth: '100%' }}>
      <Tooltip title={name} mouseEnterDelay={0.6}>
        <Button
          icon={iconOf(attachment)}
          loading={busy}
          onClick={() => void download()}
          aria-label={t('Download {{name}}', { name })}
          style={{ maxWidth: 'min(280px, 100%)', height: 'auto', minHeight: token.controlHeight }}
        >
          <Typography.Text ellipsis style={{ maxWidth: 170 }}>
            {name}
          </Typography.Text>
          <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
            {fileSize(attachment.size, locale)}
          </Typography.Text>
          <DownloadOutlined />
        </Button>
      </Tooltip>
    </div>
  );
}
