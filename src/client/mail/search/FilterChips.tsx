/** Under the search field: what narrows the list, each to be switched off by itself. */
import React from 'react';
import { FlagOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Button, Flex, Tag, theme } from 'antd';
import type { AccountView, MailboxView } from '../../../shared/types';
import { useT, type Translate } from '../../locale';
import { dayText } from '../dates';
import { mailboxLabel } from '../folders/mailboxes';
import { useMailContext } from '../MailContext';
import { EVERYTHING, isFiltered, partsOf, QUICK, type ListFilter, type Quick } from './filter';

const LABELS: Record<Quick, string> = { unread: 'Unread', flagged: 'Flagged', attachment: 'With attachments' };
const ICONS: Record<Quick, React.ReactNode> = {
  unread: null,
  flagged: <FlagOutlined aria-hidden />,
  attachment: <PaperClipOutlined aria-hidden />,
};

interface FilterChipsProps {
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  accounts: readonly AccountView[];
  mailboxes: readonly MailboxView[];
}

export function FilterChips({ filter, onFilter, accounts, mailboxes }: FilterChipsProps) {
  const t = useT();
  const { token } = theme.useToken();
  const { locale } = useMailContext();
  const words = { accounts, mailboxes, locale };
  return (
    <Flex wrap gap={6} align="center" role="group" aria-label={t('Filters')}>
      {QUICK.map((quick) => (
        <Button
          key={quick}
          size="small"
          shape="round"
          autoInsertSpace={false}
          icon={ICONS[quick]}
          aria-pressed={filter[quick]}
          type={filter[quick] ? 'primary' : 'default'}
          ghost={filter[quick]}
          style={{ fontSize: token.fontSizeSM }}
          onClick={() => onFilter({ ...filter, [quick]: !filter[quick] })}
        >
          {t(LABELS[quick])}
        </Button>
      ))}
      {partsOf(filter).map(({ part, without }) => (
        <Tag
          key={part}
          closable
          closeIcon={<span aria-label={t('Remove filter')}>×</span>}
          color="processing"
          style={{
            marginInlineEnd: 0,
            borderRadius: 12,
            maxWidth: '100%',
            overflow: 'hidden',
            textOverflow: 'ellipsis',
          }}
          onClose={(event) => {
            event.preventDefault();
            onFilter(without);
          }}
        >
          {partText(t, part, filter, words)}
        </Tag>
      ))}
      {isFiltered(filter) && (
        <Button
          type="link"
          size="small"
          style={{ fontSize: token.fontSizeSM, paddingInline: 4 }}
          onClick={() => onFilter(EVERYTHING)}
        >
          {t('Clear')}
        </Button>
      )}
    </Flex>
  );
}

interface Words {
  accounts: readonly AccountView[];
  mailboxes: readonly MailboxView[];
  locale: string;
}

function partText(
  t: Translate,
  part: ReturnType<typeof partsOf>[number]['part'],
  filter: ListFilter,
  { accounts, mailboxes, locale }: Words,
): string {
  const { from, since, until, where, accountId } = filter;
  switch (part) {
    case 'from':
      return t('From: {{name}}', { name: from });
    case 'account':
      return accounts.find(({ id }) => id === accountId)?.address ?? '';
    case 'dates':
      if (!since) return t('Until {{day}}', { day: dayText(until, locale) });
      if (!until) return t('Since {{day}}', { day: dayText(since, locale) });
      return since === until ? dayText(since, locale) : `${dayText(since, locale)} – ${dayText(until, locale)}`;
    case 'where': {
      if (where === 'everywhere') return t('All folders');
      const mailbox = mailboxes.find(({ id }) => id === where);
      return mailbox ? mailboxLabel(t, mailbox) : t('Folder');
    }
  }
}
