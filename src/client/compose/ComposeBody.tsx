/** The text of a mail: rich or plain, and under it the quoted message, which is shown but not edited. */
import React, { useEffect, useRef, useState } from 'react';
import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Flex, Input, Skeleton, theme } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useT } from '../locale';
import { MessageFrame } from '../mail/MessageFrame';
import { asLines } from './content';
import type { ComposeForm } from './draft';
import { RichEditor } from './RichEditor';
import type { Images } from './useImages';

interface ComposeBodyProps {
  form: ComposeForm;
  change: (change: Partial<ComposeForm>) => void;
  /** Start typing here. */
  autoFocus: boolean;
  images: Images;
}

export function ComposeBody({ form, change, autoFocus, images }: ComposeBodyProps) {
  const t = useT();
  const { token } = theme.useToken();
  const area = useRef<TextAreaRef>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [quoted, setQuoted] = useState(false);
  const { mode, rich, text } = form;
  const latest = useRef(rich);
  latest.current = rich;
  const { show, store, add } = images;
  const edit = React.useCallback(
    (own: string) => change({ rich: { ...latest.current, own: store(own) } }),
    [change, store],
  );

  useEffect(() => {
    if (!autoFocus) return;
    if (mode === 'plain') {
      const input = area.current?.resizableTextArea?.textArea;
      input?.focus();
      input?.setSelectionRange(0, 0);
      return;
    }
    return whenThere(frame.current, '.ql-editor', (editor) => {
      editor.focus();
      document.getSelection()?.collapse(editor, 0);
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the focus is set once, not on every switch of the mode
  }, []);

  if (mode === 'plain') {
    return (
      <Input.TextArea
        ref={area}
        variant="borderless"
        aria-label={t('Message text')}
        value={text}
        onChange={(event) => change({ text: event.target.value })}
        autoSize={{ minRows: 9 }}
        style={{ flex: 1, padding: token.padding, borderRadius: 0 }}
      />
    );
  }
  return (
    <div
      ref={frame}
      style={{ flex: 1, cursor: 'text' }}
      // Below the text, too, a click goes on writing at its end.
      onMouseDown={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        const editor = event.currentTarget.querySelector<HTMLElement>('.ql-editor');
        editor?.focus();
        if (editor) document.getSelection()?.selectAllChildren(editor);
        document.getSelection()?.collapseToEnd();
      }}
    >
      <React.Suspense fallback={<Skeleton active style={{ padding: token.padding }} />}>
        <RichEditor
          value={show(rich.own)}
          onChange={edit}
          onImage={add}
          followed={rich.signature + rich.quote !== ''}
        />
      </React.Suspense>
      {rich.signature && (
        <div style={{ opacity: 0.85 }}>
          <MessageFrame own html={show(asLines(rich.signature))} />
        </div>
      )}
      {rich.quote && (
        <div style={{ padding: `0 ${token.padding}px ${token.paddingXS}px` }}>
          <Flex gap="small" align="center">
            <Button size="small" icon={<EllipsisOutlined />} aria-expanded={quoted} onClick={() => setQuoted(!quoted)}>
              {quoted ? t('Hide quoted text') : t('Show quoted text')}
            </Button>
            <Button size="small" type="text" onClick={() => change({ rich: { ...rich, quote: '' } })}>
              {t('Remove quoted text')}
            </Button>
          </Flex>
          {quoted && (
            <div style={{ marginTop: token.marginXS, border: `1px solid ${token.colorBorderSecondary}` }}>
              <MessageFrame html={show(rich.quote)} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** Calls back once an element is there (the editor comes later than its frame). Gives the function that stops waiting. */
function whenThere(root: HTMLElement | null, selector: string, found: (element: HTMLElement) => void): () => void {
  if (!root) return () => undefined;
  const look = () => {
    const element = root.querySelector<HTMLElement>(selector);
    if (element) {
      watch.disconnect();
      found(element);
    }
  };
  const watch = new MutationObserver(look);
  watch.observe(root, { childList: true, subtree: true });
  look();
  return () => watch.disconnect();
}
