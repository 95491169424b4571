/** The host's rich text editor, with what survives in mail: no pasted images, no fonts. */
import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import { RichTextField } from '@nocobase/client-v2';
import { theme } from 'antd';
import { useT } from '../locale';

const MODULES = {
  toolbar: [
    ['bold', 'italic', 'underline', 'strike'],
    [{ list: 'ordered' }, { list: 'bullet' }],
    ['link', 'clean'],
  ],
  clipboard: { matchVisual: false },
};
const FORMATS = ['bold', 'italic', 'underline', 'strike', 'list', 'bullet', 'link'];

const BUTTONS: readonly [selector: string, label: string][] = [
  ['.ql-bold', 'Bold'],
  ['.ql-italic', 'Italic'],
  ['.ql-underline', 'Underline'],
  ['.ql-strike', 'Strikethrough'],
  ['.ql-list[value="ordered"]', 'Numbered list'],
  ['.ql-list[value="bullet"]', 'Bulleted list'],
  ['.ql-link', 'Link'],
  ['.ql-clean', 'Remove formatting'],
];

/** Whether this host has an editor; without it mails are written as plain text. */
export const hasRichEditor = Boolean(RichTextField);

interface RichEditorProps {
  value: string;
  onChange: (html: string) => void;
  disabled?: boolean;
}

export const RichEditor = React.memo(function RichEditor({ value, onChange, disabled }: RichEditorProps) {
  const t = useT();
  const { token } = theme.useToken();
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The editor's buttons have no names of their own.
    const name = () => {
      for (const [selector, label] of BUTTONS) {
        const button = root.current?.querySelector(selector);
        button?.setAttribute('aria-label', t(label));
        button?.setAttribute('title', t(label));
      }
      const editor = root.current?.querySelector('.ql-editor');
      editor?.setAttribute('role', 'textbox');
      editor?.setAttribute('aria-multiline', 'true');
      editor?.setAttribute('aria-label', t('Message text'));
      if (editor) watch.disconnect();
    };
    const watch = new MutationObserver(name);
    if (root.current) watch.observe(root.current, { childList: true, subtree: true });
    name();
    return () => watch.disconnect();
  }, [t]);
  const frame = css`
    min-height: 180px;
    .ql-toolbar.ql-snow,
    .ql-container.ql-snow {
      border: 0 !important;
    }
    .ql-toolbar.ql-snow {
      border-bottom: 1px solid ${token.colorBorderSecondary} !important;
      padding: 4px 8px;
      position: sticky;
      top: 0;
      z-index: 1;
      background: ${token.colorBgElevated};
    }
    .ql-editor {
      min-height: 160px;
      padding: 12px 16px;
      font-size: ${token.fontSize}px;
      color: ${token.colorText};
    }
    .ql-snow .ql-stroke {
      stroke: ${token.colorTextSecondary};
    }
    .ql-snow .ql-fill {
      fill: ${token.colorTextSecondary};
    }
    .ql-snow button:focus-visible {
      outline: 2px solid ${token.colorPrimary};
    }
    .ql-snow .ql-tooltip {
      left: 16px !important;
      background: ${token.colorBgElevated};
      color: ${token.colorText};
      border-color: ${token.colorBorder};
      z-index: 2;
    }
    .ql-snow .ql-tooltip input[type='text'] {
      background: ${token.colorBgContainer};
      color: ${token.colorText};
    }
  `;
  return (
    <div ref={root} className={frame} role="group" aria-label={t('Message text')}>
      <RichTextField value={value} onChange={onChange} disabled={disabled} modules={MODULES} formats={FORMATS} />
    </div>
  );
});
