/** The files of a mail being written, those on their way included. */
import React from 'react';
import { LoadingOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Button, Flex, Progress, Tag, Typography, theme } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { errorText, useT } from '../locale';
import { fileSize } from '../mail/fileSize';
import type { Uploads } from './useUploads';

/** Until the server has said what it takes: Exchange Online's default. */
const USUAL_LIMIT = 35 * 1024 * 1024;

/** @param largest octets of the largest message the account can send, as encoded; null while unknown */
export function AttachmentBar({ uploads, largest }: { uploads: Uploads; largest: number | null }) {
  const t = useT();
  const { token } = theme.useToken();
  const language = useLanguage();
  const { running } = uploads;
  // Images of the text are seen in it.
  const files = uploads.files.filter(({ contentId }) => contentId === null);
  if (files.length + running.length === 0) return null;
  const total = uploads.files.reduce((sum, { size }) => sum + size, 0);
  // base64 makes four octets of three, and a line break every 76 characters.
  const most = (largest ?? USUAL_LIMIT) * (3 / 4) * (76 / 78);
  const over = total > most;
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
          style={{ maxWidth: '100%', whiteSpace: 'normal', overflowWrap: 'anywhere' }}
        >
          {name}
          {error ? (
            <>
              {' · '}
              {errorText(t, error).sentence}{' '}
              {error.kind !== 'permanent' && (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => uploads.retry(key)}>
                  {t('Try again')}
                </Button>
              )}
            </>
          ) : fraction === null ? (
            <LoadingOutlined aria-label={t('Attaching {{name}}', { name })} style={{ marginInlineStart: 6 }} />
          ) : (
            <Progress
              percent={Math.min(99, Math.round(fraction * 100))}
              size="small"
              style={{ display: 'inline-block', width: 90, margin: '0 0 0 6px' }}
              aria-label={t('Uploading {{name}}', { name })}
            />
          )}
        </Tag>
      ))}
      {files.length > 0 && (
        <Typography.Text type={over ? 'danger' : 'secondary'} style={{ fontSize: token.fontSizeSM }}>
          {t('{{size}} of {{most}}', { size: fileSize(total, language), most: fileSize(most, language) })}
        </Typography.Text>
      )}
    </Flex>
  );
}
