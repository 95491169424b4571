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
      description={!changed && files ? t('Its files have to be attached again.') : undefined}
      action={
        <Flex vertical gap={4}>
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
