/** The host's rich text editor, with what survives in mail: no fonts; images are files of the mail, resized by a click. */
import React, { useEffect, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { RichTextField } from '@nocobase/client-v2';
import { Button, Flex, Typography, theme } from 'antd';
import { useT } from '../locale';

const MODULES = {
  toolbar: [
    ['bold', 'italic', 'underline', 'strike'],
    [{ list: 'ordered' }, { list: 'bullet' }],
    ['link', 'clean'],
  ],
  clipboard: { matchVisual: false },
};
const FORMATS = ['bold', 'italic', 'underline', 'strike', 'list', 'bullet', 'link', 'image', 'width', 'height'];

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
  /** Something stands below: the editor is no higher than its text. */
  followed?: boolean;
  /** Keeps an image that was pasted or dropped and gives the address to show; null where it cannot. Without it, images are no matter of the editor. */
  onImage?: (file: File) => Promise<string | null>;
}

const imagesOf = (data: DataTransfer): File[] =>
  [...data.files].filter(({ type }) => /^image\/(png|jpe?g|gif|webp|bmp)$/.test(type));

/** Puts an image where the cursor was; the editor notices the change of its content itself. */
function insertImage(editor: HTMLElement, range: Range | null, uri: string): void {
  const image = editor.ownerDocument.createElement('img');
  image.src = uri;
  image.alt = '';
  image.onload = () => {
    // As wide as a reader's window at most: readers do not shrink images themselves.
    if (image.naturalWidth > WIDEST) image.setAttribute('width', String(WIDEST));
  };
  const place = range && editor.contains(range.startContainer) ? range : null;
  if (place) place.insertNode(image);
  else (editor.lastElementChild ?? editor).append(image);
}

const WIDEST = 600;

/** Custom property of CSS: how much of the end of the page lies under something else. */
export const FOOT_HEIGHT = '--mail-foot-height';

export const RichEditor = React.memo(function RichEditor(props: RichEditorProps) {
  const { value, onChange, disabled, followed, onImage } = props;
  const t = useT();
  const { token } = theme.useToken();
  const root = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<HTMLImageElement | null>(null);
  const take = (event: React.ClipboardEvent | React.DragEvent, data: DataTransfer) => {
    const images = onImage ? imagesOf(data) : [];
    if (!onImage || images.length === 0 || images.length < data.files.length) return;
    // Excel and Word bring a picture of their cells along: the text is what was meant.
    if (event.type === 'paste' && data.types.includes('text/html') && data.types.includes('text/rtf')) return;
    event.preventDefault();
    event.stopPropagation();
    const editor = root.current?.querySelector<HTMLElement>('.ql-editor');
    const selection = document.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0).cloneRange() : null;
    if (!editor) return;
    for (const image of images) {
      void onImage(image).then((uri) => uri && editor.isConnected && insertImage(editor, range, uri));
    }
  };
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
  /** The editor's little window has its words in its style sheet. */
  const label = (word: string) => JSON.stringify(t(word));
  const frame = css`
    min-height: ${followed ? 0 : 180}px;
    .ql-toolbar.ql-snow,
    .ql-container.ql-snow {
      border: 0 !important;
    }
    .ql-toolbar.ql-snow {
      border-bottom: 1px solid ${token.colorBorderSecondary} !important;
      padding: 4px ${token.padding - 5}px;
      position: sticky;
      top: 0;
      z-index: 1;
      background: ${token.colorBgElevated};
    }
    .ql-editor {
      min-height: ${followed ? 72 : 160}px;
      padding: 12px ${token.padding}px;
      font-size: ${token.fontSize}px;
      color: ${token.colorText};
    }
    .ql-editor p {
      margin: 0 !important;
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
    .ql-editor img {
      max-width: 100%;
      height: auto;
      cursor: pointer;
    }
    .mail-image-size {
      position: sticky;
      bottom: var(${FOOT_HEIGHT}, 0px);
      z-index: 1;
      padding: 6px ${token.padding}px;
      background: ${token.colorBgElevated};
      border-top: 1px solid ${token.colorBorderSecondary};
    }
    .ql-snow .ql-tooltip {
      left: ${token.padding}px !important;
      max-width: calc(100% - 32px);
      white-space: normal;
      background: ${token.colorBgElevated} !important;
      color: ${token.colorText} !important;
      border-color: ${token.colorBorder} !important;
      box-shadow: ${token.boxShadowTertiary} !important;
      border-radius: ${token.borderRadius}px;
      z-index: 2;
    }
    .ql-snow .ql-tooltip::before {
      content: ${label('Link:')} !important;
    }
    .ql-snow .ql-tooltip a.ql-action::after {
      content: ${label('Edit')} !important;
    }
    .ql-snow .ql-tooltip.ql-editing a.ql-action::after {
      content: ${label('Save')} !important;
    }
    .ql-snow .ql-tooltip a.ql-remove::before {
      content: ${label('Remove')} !important;
    }
    .ql-snow .ql-tooltip a.ql-preview {
      max-width: 140px;
    }
    .ql-snow .ql-tooltip input[type='text'] {
      background: ${token.colorBgContainer};
      color: ${token.colorText};
    }
  `;
  return (
    <div
      ref={root}
      className={frame}
      role="group"
      aria-label={t('Message text')}
      onPasteCapture={(event) => take(event, event.clipboardData)}
      onDropCapture={(event) => take(event, event.dataTransfer)}
      onClick={({ target }) => setChosen(target instanceof HTMLImageElement ? target : null)}
    >
      <RichTextField value={value} onChange={onChange} disabled={disabled} modules={MODULES} formats={FORMATS} />
      {chosen?.isConnected && (
        <Flex
          wrap
          align="center"
          gap="small"
          role="toolbar"
          aria-label={t('Size of the image')}
          className="mail-image-size"
        >
          <Typography.Text type="secondary">{t('Size of the image')}</Typography.Text>
          <Button.Group size="small">
            {[200, 400, WIDEST].map((width) => (
              <Button
                key={width}
                disabled={chosen.naturalWidth > 0 && chosen.naturalWidth < width}
                onClick={() => chosen.setAttribute('width', String(width))}
              >
                {width}
              </Button>
            ))}
            <Button onClick={() => chosen.removeAttribute('width')}>{t('Original size')}</Button>
          </Button.Group>
        </Flex>
      )}
    </div>
  );
});
