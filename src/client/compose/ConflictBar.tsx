/** Says that the draft is another one by now, and lets its author choose. */
import React from 'react';
import { Alert, Button, Flex } from 'antd';
import { useLanguage } from '../accounts/useLanguage';
import { useT } from '../locale';
import { clock } from '../mail/dates';
import type { Conflict } from './conflict';

interface ConflictBarProps {
  conflict: Conflict;
  /** Files do not go along with a new draft. */
  files: boolean;
  onMine: () => void;
  onTheirs: () => void;
}

export function ConflictBar({ conflict: { kind, theirs }, files, onMine, onTheirs }: ConflictBarProps) {
  const t = useT();
  const language = useLanguage();
  const changed = kind === 'changed';
  const message = {
    changed: t('This draft was changed elsewhere at {{time}}. Nothing here is saved until you choose.', {
      time: clock(theirs?.updatedAt ?? null, language),
    }),
    left: t('This mail was sent from elsewhere. What is written here is not part of it.'),
    gone: t('This draft was thrown away elsewhere.'),
  }[kind];
  return (
    <Alert
      banner
      type="warning"
      role="alert"
      message={message}
      description={
        <Flex wrap gap={4} style={{ marginTop: 4 }}>
          {!changed && files && <div style={{ flexBasis: '100%' }}>{t('Its files have to be attached again.')}</div>}
          <Button size="small" type="primary" onClick={onMine}>
            {changed ? t('Keep what is here') : t('Keep as a new draft')}
          </Button>
          <Button size="small" onClick={onTheirs}>
            {changed ? t('Take the other version') : t('Close without it')}
          </Button>
        </Flex>
      }
    />
  );
}
