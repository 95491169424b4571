/** A value to be copied elsewhere, letter for letter. */
import React from 'react';
import { Input, Typography } from 'antd';
import { useT } from './locale';

interface CopyFieldProps {
  value: string;
  /** What the value is, for those who do not see the page. */
  label: string;
  /** Lines to show; one by default. */
  rows?: number;
}

export function CopyField({ value, label, rows }: CopyFieldProps) {
  const t = useT();
  const copy = <Typography.Text copyable={{ text: value, tooltips: [t('Copy'), t('Copied')] }} />;
  const select = (event: React.FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => event.target.select();
  if (!rows) return <Input readOnly value={value} aria-label={label} suffix={copy} onFocus={select} />;
  return (
    <div style={{ position: 'relative' }}>
      <Input.TextArea
        readOnly
        value={value}
        aria-label={label}
        autoSize={{ minRows: rows, maxRows: rows + 8 }}
        onFocus={select}
        style={{ paddingInlineEnd: 40 }}
      />
      <span style={{ position: 'absolute', insetInlineEnd: 12, top: 6 }}>{copy}</span>
    </div>
  );
}
