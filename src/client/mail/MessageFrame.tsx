/** Shows html of a message in a frame that can neither run scripts nor load anything but what its policy names. */
import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Skeleton, theme } from 'antd';
import { useT } from '../locale';
import { FRAME_SANDBOX, frameDocument, mailtoAddress, safeLink, SHEET_ID } from './frameDocument';

interface MessageFrameProps {
  /** Sanitised by the server. */
  html: string;
  /** Images may come over https, for this message alone. */
  remoteImages?: boolean;
  /** Written here, without colours of its own: it takes those of the page. */
  own?: boolean;
  /** A mail address was chosen inside the message. */
  onMailto?: (address: string) => void;
}

/** A layout that grows with its own frame (100vh and the like) is left alone after this many changes. */
const MOST_RESIZES = 60;

export function MessageFrame({ html, remoteImages = false, own = false, onMailto }: MessageFrameProps) {
  const t = useT();
  const { token } = theme.useToken();
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number | null>(null);
  const { colorText, colorTextSecondary, colorLink, fontSize } = token;
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
    let resizes = 0;
    const measure = () => {
      resizes += 1;
      if (resizes < MOST_RESIZES) setHeight(Math.ceil(sheet.getBoundingClientRect().height));
    };
    const clicked = (event: MouseEvent) => {
      const link = (event.target as Element | null)?.closest?.('a[href]');
      if (!link) return;
      event.preventDefault();
      const target = safeLink(link.getAttribute('href'));
      if (target?.startsWith('mailto:') && mailto.current) mailto.current(mailtoAddress(target));
      // Another program takes it; a new tab would stay behind empty.
      else if (target && !/^https?:/.test(target)) window.location.assign(target);
      // Opened by this page, not by the frame: a page opened from inside would inherit the sandbox.
      else if (target) window.open(target, '_blank', 'noopener,noreferrer');
    };
    // Keys pressed inside the message belong to the mail centre.
    const pressed = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      frame.current?.dispatchEvent(
        new KeyboardEvent('keydown', { key, ctrlKey, metaKey, altKey, shiftKey, bubbles: true }),
      );
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
        padding: own ? '0 14px' : '8px 12px',
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
