/** What the parts of the mail centre share: who the reader is, how dates read, and bodies already fetched. */
import React, { createContext, useContext, useMemo, useRef } from 'react';
import { observer } from '@nocobase/flow-engine';
import type { MessageBody } from '../../shared/types';
import { useLanguage } from '../accounts/useLanguage';
import { useMail } from '../live';
import { addressKey } from './addresses';
import { MailTheme } from './MailTheme';

/** Bodies read lately, so that going back to a conversation shows it at once. */
const KEPT_BODIES = 60;

export interface MailContextValue {
  locale: string;
  /** The reader's own addresses, as keys. */
  own: ReadonlySet<string>;
  /** The keys of the mail centre work here: hints name them. */
  keys: boolean;
  bodies: { get(key: string): MessageBody | undefined; set(key: string, body: MessageBody): void };
}

function keptBodies(): MailContextValue['bodies'] {
  const kept = new Map<string, MessageBody>();
  return {
    get: (key) => kept.get(key),
    set: (key, body) => {
      kept.delete(key);
      kept.set(key, body);
      const oldest = kept.keys().next();
      if (kept.size > KEPT_BODIES && !oldest.done) kept.delete(oldest.value);
    },
  };
}

const Context = createContext<MailContextValue | null>(null);

/** Around everything that shows mail: the mail centre, and a conversation opened from a block. */
export const MailProvider = observer(function MailProvider({
  keys = false,
  children,
}: React.PropsWithChildren<{ keys?: boolean }>) {
  const locale = useLanguage();
  const { accounts } = useMail().state;
  const addresses = accounts.map(({ address }) => addressKey(address)).join(' ');
  const bodies = useRef<MailContextValue['bodies']>();
  bodies.current ??= keptBodies();
  const kept = bodies.current;
  const value = useMemo(
    () => ({ locale, own: new Set(addresses.split(' ')), keys, bodies: kept }),
    [locale, addresses, keys, kept],
  );
  return (
    <MailTheme>
      <Context.Provider value={value}>{children}</Context.Provider>
    </MailTheme>
  );
});

/** Only inside {@link MailProvider}. */
export function useMailContext(): MailContextValue {
  const value = useContext(Context);
  if (!value) throw new Error('useMailContext needs a MailProvider around it');
  return value;
}
