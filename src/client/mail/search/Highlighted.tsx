/** A text with the words of the search in it marked. */
import React from 'react';
import { theme } from 'antd';
import { segmentsOf } from './highlight';

export function Highlighted({ text, words }: { text: string; words: readonly string[] }) {
  const { token } = theme.useToken();
  if (words.length === 0) return <>{text}</>;
  return (
    <>
      {segmentsOf(text, words).map((segment, index) =>
        segment.hit ? (
          <mark
            key={index}
            style={{
              ...{ padding: 0, color: 'inherit', fontWeight: 'inherit' },
              ...{ background: token.colorWarningBgHover, borderRadius: 2 },
            }}
          >
            {segment.text}
          </mark>
        ) : (
          <React.Fragment key={index}>{segment.text}</React.Fragment>
        ),
      )}
    </>
  );
}
