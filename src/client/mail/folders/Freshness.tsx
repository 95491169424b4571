/** One line of truth about a mailbox. */
import React from 'react';
import { Tooltip, theme } from 'antd';
import type { AccountView, MailboxView } from '../../../shared/types';
import { errorText, useT } from '../../locale';
import { fullDate, messageDate } from '../dates';
import { useMailContext } from '../MailContext';
import { freshnessLine } from './freshnessLine';

interface FreshnessProps {
  mailbox: MailboxView;
  account: AccountView | undefined;
  /** On the dark ground of a tooltip. */
  inTooltip?: boolean;
}

export function Freshness({ mailbox, account, inTooltip }: FreshnessProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  const { lastSyncAt, error } = mailbox;
  const number = (value: number | undefined) => value?.toLocaleString(locale);
  const hints = [
    ...(error && mailbox.freshness === 'failing' ? [errorText(t, error).sentence] : []),
    ...(lastSyncAt ? [t('Last compared with the server: {{time}}', { time: fullDate(lastSyncAt, locale) })] : []),
  ];
  return (
    <Tooltip title={hints.length > 0 && !inTooltip ? hints.join(' ') : undefined} placement="bottomLeft">
      <span style={{ fontSize: token.fontSizeSM, color: inTooltip ? 'inherit' : token.colorTextSecondary }}>
        {freshnessLine(mailbox, account).map((part, index) => (
          <React.Fragment key={part.key}>
            {index > 0 && ' · '}
            <span
              style={{
                color: part.tone === 'problem' && !inTooltip ? token.red7 : undefined,
                whiteSpace: 'nowrap',
              }}
            >
              {part.tone === 'good' && <LiveDot />}
              {t(part.key, {
                stored: number(part.stored),
                onServer: number(part.onServer),
                minutes: part.minutes,
                time: part.time && messageDate(part.time, new Date(), locale),
              })}
            </span>
          </React.Fragment>
        ))}
      </span>
    </Tooltip>
  );
}

function LiveDot() {
  const { token } = theme.useToken();
  return (
    <span
      aria-hidden
      style={{
        ...{ display: 'inline-block', width: 6, height: 6, borderRadius: '50%', marginInlineEnd: 4 },
        ...{ verticalAlign: 'middle', background: token.colorSuccess },
      }}
    />
  );
}
