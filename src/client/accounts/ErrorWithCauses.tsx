/** The sentence of an error with what usually lies behind it, most likely first, as a list. */
import React from 'react';
import { Flex, Typography } from 'antd';
import type { ErrorView } from '../../shared/types';
import { errorText, useT } from '../locale';
import { causesOf, countedSentence } from './causes';

export function ErrorWithCauses({ view }: { view: ErrorView }) {
  const t = useT();
  const { sentence, who } = errorText(t, view);
  const { before, items, after } = countedSentence(sentence);
  const counted = items.length > 0;
  const causes = counted ? items : causesOf(view.code).map((cause) => t(cause));
  // Where causes are named, somebody may well do something.
  const acts = view.who === 'nobody' && causes.length > 0 ? '' : who;
  return (
    <Flex vertical gap={4}>
      <Typography.Text>{before}</Typography.Text>
      {causes.length > 0 && (
        <div style={{ textAlign: 'start' }}>
          {!counted && <Typography.Text strong>{t('Likely causes, the most frequent first')}</Typography.Text>}
          <ol style={{ marginBlock: 4, paddingInlineStart: 20 }}>
            {causes.map((cause) => (
              <li key={cause} style={{ marginBlockEnd: 4 }}>
                <Typography.Text>{cause}</Typography.Text>
              </li>
            ))}
          </ol>
        </div>
      )}
      {after && <Typography.Text>{after}</Typography.Text>}
      {acts && <Typography.Text type="secondary">{acts}</Typography.Text>}
    </Flex>
  );
}
