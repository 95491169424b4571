/** Shows html of a message in a frame that can neither run scripts nor load anything but what its policy names. */
import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Skeleton, theme } from 'antd';
import { useT } from '../locale';
import {
  FRAME_SANDBOX,
  frameDocument,
  heightKeeper,
  mailtoStart,
  safeLink,
  SHEET_ID,
  type MailtoStart,
} from './frameDocument';

interface MessageFrameProps {
  /** Sanitised by the server. */
  html: string;
  /** Images may come over https, for this message alone. */
  remoteImages?: boolean;
  /** Written here, without colours of its own: it takes those of the page. */
  own?: boolean;
  /** A mail address was chosen inside the message. */
  onMailto?: (start: MailtoStart) => void;
}

export function MessageFrame({ html, remoteImages = false, own = false, onMailto }: MessageFrameProps) {
  const t = useT();
  const { token } = theme.useToken();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number | null>(null);
  const { colorText, colorTextSecondary, colorLink, fontSize } = token;
  /** The white sheet is seen as one: it needs an edge of its own. */
  const isSheet = !own && token.colorBgContainer.toLowerCase() !== '#ffffff';
  const source = useMemo(() => {
    const page = { background: 'transparent', text: colorText, quiet: colorTextSecondary, link: colorLink, fontSize };
    return frameDocument(html, remoteImages, own ? page : undefined);
  }, [html, remoteImages, own, colorText, colorTextSecondary, colorLink, fontSize]);
  const release = useRef<() => void>();
  const mailto = useRef(onMailto);
  mailto.current = onMailto;

  useEffect(() => {
    return () => release.current?.();
  }, []);

  const loaded = useCallback(() => {
    release.current?.();
    const page = frame.current?.contentDocument;
    const sheet = page?.getElementById(SHEET_ID);
    if (!page || !sheet) return;
    const heightFor = heightKeeper();
    const measure = () => {
      const { width, height: needed } = sheet.getBoundingClientRect();
      const next = heightFor(width, needed);
      if (next !== null) setHeight(next);
    };
    const clicked = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.('a[href]');
      if (!link) return;
      event.preventDefault();
      const target = safeLink(link.getAttribute('href'));
      if (target?.startsWith('mailto:') && mailto.current) mailto.current(mailtoStart(target));
      // Another program takes it; a new tab would stay behind empty.
      else if (target && !/^https?:/.test(target)) window.location.assign(target);
      // Opened by this page, not by the frame: a page opened from inside would inherit the sandbox.
      else if (target) window.open(target, '_blank', 'noopener,noreferrer');
    };
    // Keys pressed inside the message belong to the mail centre, but for Ctrl+A: it takes the text of the message.
    const pressed = (event: KeyboardEvent) => {
      const { key, code, ctrlKey, metaKey, altKey, shiftKey, repeat } = event;
      if ((ctrlKey || metaKey) && key.toLowerCase() === 'a') return;
      const onward = { key, code, ctrlKey, metaKey, altKey, shiftKey, repeat, bubbles: true, cancelable: true };
      const unused = frame.current?.dispatchEvent(new KeyboardEvent('keydown', onward)) ?? true;
      if (!unused) event.preventDefault();
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(sheet);
    page.addEventListener('click', clicked);
    page.addEventListener('keydown', pressed);
    release.current = () => {
      watch.disconnect();
      page.removeEventListener('click', clicked);
      page.removeEventListener('keydown', pressed);
    };
  }, []);

  return (
    <div
      style={{
        background: own ? undefined : '#fff',
        borderRadius: token.borderRadius,
        padding: own ? `0 ${token.padding - 2}px` : isSheet ? '8px 12px' : 0,
        position: 'relative',
      }}
    >
      {height === null && (
        <div style={{ position: 'absolute', inset: 12 }}>
          <Skeleton active title={false} paragraph={{ rows: 4 }} />
        </div>
      )}
      <iframe
        ref={frame}
        title={t('Message text')}
        sandbox={FRAME_SANDBOX}
        srcDoc={source}
        onLoad={loaded}
        style={{
          display: 'block',
          width: '100%',
          height: height ?? 140,
          border: 0,
          visibility: height === null ? 'hidden' : 'visible',
          colorScheme: 'light',
        }}
      />
    </div>
  );
}
