/** What usually lies behind an error, most likely first. */
import React from 'react';
import { Typography } from 'antd';
import { useT } from '../locale';
import { causesOf } from './causes';

export function CauseList({ code }: { code: string }) {
  const t = useT();
  const causes = causesOf(code);
  if (causes.length === 0) return null;
  return (
    <div>
      <Typography.Text strong>{t('Likely causes, the most frequent first')}</Typography.Text>
      <ol style={{ marginBlock: 8, paddingInlineStart: 20 }}>
        {causes.map((cause) => (
          <li key={cause} style={{ marginBlockEnd: 4 }}>
            <Typography.Text>{t(cause)}</Typography.Text>
          </li>
        ))}
      </ol>
    </div>
  );
}
