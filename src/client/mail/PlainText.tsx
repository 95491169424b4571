/** The text of a message: its links can be followed, its closing quotation opened. Text nodes only. */
import React, { useMemo, useState } from 'react';
import { Button } from 'antd';
import { useT } from '../locale';
import { linkify, splitTextQuote } from './linkify';
import { useStyles } from './styles';

function Linked({ text }: { text: string }) {
  const pieces = useMemo(() => linkify(text), [text]);
  return (
    <>
      {pieces.map(({ text: part, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {part}
          </a>
        ) : (
          <React.Fragment key={index}>{part}</React.Fragment>
        ),
      )}
    </>
  );
}

export function PlainText({ text }: { text: string }) {
  const t = useT();
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const { own, quote } = useMemo(() => splitTextQuote(text), [text]);
  return (
    <div className={styles.plainText} dir="auto">
      <Linked text={own} />
      {quote && (
        <div style={{ marginTop: 8 }}>
          <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('Hide quoted text') : t('Show quoted text')}
          </Button>
          {open && (
            <div className={styles.secondary} style={{ marginTop: 8 }}>
              <Linked text={quote} />
            </div>
          )}
        </div>
      )}
    </div>
  );
}
