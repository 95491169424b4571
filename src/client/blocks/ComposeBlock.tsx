/** Writes mail on the page itself, one after the other. */
import React, { useState } from 'react';
import { observer } from '@nocobase/flow-engine';
import { NoAccount } from '../accounts/NoAccount';
import { Composer } from '../compose/Composer';
import type { ComposeStart } from '../compose/desk';
import { useMail } from '../live';
import { MailTheme } from '../mail/MailTheme';

interface ComposeBlockProps {
  /** How each mail begins. */
  start: ComposeStart;
}

export const ComposeBlock = observer(function ComposeBlock({ start }: ComposeBlockProps) {
  const { loaded, error, accounts } = useMail().state;
  const [turn, setTurn] = useState(0);
  // Before anything is written that could not be sent.
  if (loaded && !error && accounts.length === 0) {
    return (
      <MailTheme>
        <NoAccount />
      </MailTheme>
    );
  }
  // Whatever became of a mail, the next one begins anew; so it does when an administrator sets the block up differently.
  const key = `${turn} ${JSON.stringify(start)}`;
  return <Composer key={key} start={start} layout="block" onClose={() => setTurn(turn + 1)} />;
});
