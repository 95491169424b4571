/** antd's coloured tags with words dark enough to read (WCAG AA, 4.5:1), in light and dark themes. */
import React from 'react';
import { Tag, theme, type TagProps } from 'antd';
import type { Tone } from './accounts/words';

/** A tag in one of antd's status colours. */
export function ToneTag({ tone, style, ...rest }: Omit<TagProps, 'color'> & { tone: Tone }) {
  const { token } = theme.useToken();
  const words = {
    success: token.green8,
    processing: token.blue7,
    default: undefined,
    warning: token.gold8,
    error: token.red7,
  };
  return <Tag color={tone} style={{ ...(words[tone] && { color: words[tone] }), ...style }} {...rest} />;
}
