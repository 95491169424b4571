/** The files of a mail being written, those on their way included. */
import React from 'react';
import { PaperClipOutlined } from '@ant-design/icons';
import { Flex, Progress, Tag, Typography, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { errorText, useT } from '../locale';
import { fileSize } from '../mail/fileSize';
import type { Uploads } from './useUploads';

export function AttachmentBar({ uploads }: { uploads: Uploads }) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const { files, running } = uploads;
  if (files.length + running.length === 0) return null;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <Flex wrap gap={token.marginXXS} align="center" style={{ padding: `${token.paddingXS}px ${token.padding}px` }}>
      {files.map((file) => (
        <Tag
          key={file.id}
          icon={<PaperClipOutlined />}
          closable={uploads.canRemove}
          closeIcon
          onClose={(event) => {
            event.preventDefault();
            void uploads.remove(file.id);
          }}
          style={{ maxWidth: '100%', whiteSpace: 'normal', overflowWrap: 'anywhere' }}
        >
          {file.filename} · {fileSize(file.size, language)}
        </Tag>
      ))}
      {running.map(({ key, name, fraction, error }) => (
        <Tag
          key={key}
          color={error ? 'error' : 'processing'}
          closable
          onClose={(event) => {
            event.preventDefault();
            uploads.cancel(key);
          }}
          style={{ display: 'inline-flex', alignItems: 'center', gap: 6, maxWidth: '100%', whiteSpace: 'normal' }}
        >
          <span style={{ overflowWrap: 'anywhere' }}>{name}</span>
          {error ? (
            <span>· {errorText(t, error).sentence}</span>
          ) : (
            <Progress
              percent={Math.min(99, Math.round(fraction * 100))}
              size="small"
              style={{ width: 90, marginBottom: 0 }}
              aria-label={t('Uploading {{name}}', { name })}
            />
          )}
        </Tag>
      ))}
      {files.length > 1 && (
        <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
          {t('{{size}} in all', { size: fileSize(total, language) })}
        </Typography.Text>
      )}
    </Flex>
  );
}
