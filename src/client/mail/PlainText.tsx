/** The text of a message: its links can be followed, its closing quotation opened. Text nodes only. */
import React, { useMemo, useState } from 'react';
import { Button } from 'antd';
import { useT } from '../locale';
import { mailtoStart, type MailtoStart } from './frameDocument';
import { linkify, splitTextQuote } from './linkify';
import { useStyles } from './styles';

interface PlainTextProps {
  text: string;
  /** Given what a mailto: link writes; without it, the reader's own program is asked. */
  onMailto?: (start: MailtoStart) => void;
}

function Linked({ text, onMailto }: PlainTextProps) {
  const pieces = useMemo(() => linkify(text), [text]);
  return (
    <>
      {pieces.map(({ text: part, href }, index) =>
        href ? (
          <a
            key={index}
            href={href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            onClick={(event) => {
              if (!onMailto || !href.startsWith('mailto:')) return;
              event.preventDefault();
              onMailto(mailtoStart(href));
            }}
          >
            {part}
          </a>
        ) : (
          <React.Fragment key={index}>{part}</React.Fragment>
        ),
      )}
    </>
  );
}

export function PlainText({ text, onMailto }: PlainTextProps) {
  const t = useT();
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const { own, quote } = useMemo(() => splitTextQuote(text), [text]);
  return (
    <div className={styles.plainText} dir="auto">
      <Linked text={own} onMailto={onMailto} />
      {quote && (
        <div style={{ marginTop: 8 }}>
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('Hide quoted text') : t('Show quoted text')}
          </Button>
          {open && (
            <div className={styles.secondary} style={{ marginTop: 8 }}>
              <Linked text={quote} onMailto={onMailto} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}
