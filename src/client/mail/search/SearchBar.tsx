/** Search field, the button for more filters, and the filters that are on. */
import React, { useRef, useState } from 'react';
import { FilterFilled, FilterOutlined } from '@ant-design/icons';
import { Button, Flex, Popover, Tooltip, theme, type InputRef } from 'antd';
import type { AccountView, MailboxView } from '../../../shared/types';
import { useT } from '../../locale';
import { partsOf, type ListFilter } from './filter';
import { FilterChips } from './FilterChips';
import { FilterForm } from './FilterForm';
import { SearchBox } from './SearchBox';

interface SearchBarProps {
  filter: ListFilter;
  onFilter: (filter: ListFilter) => void;
  /** All accounts and their folders: a search may leave the folder that is shown. */
  accounts: readonly AccountView[];
  mailboxes: readonly MailboxView[];
  here: string;
  box: React.RefObject<InputRef>;
}

const INNER =
  '.ant-select-dropdown:not(.ant-select-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)';

export function SearchBar({ filter, onFilter, accounts, mailboxes, here, box }: SearchBarProps) {
  const t = useT();
  const { token } = theme.useToken();
  const [open, setOpen] = useState(false);
  const more = partsOf(filter).length > 0;
  const button = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  /** Escape closes what is open, innermost first: a list or a calendar of the form keeps its own. */
  const escape = (event: React.KeyboardEvent) => {
    if (event.key !== 'Escape' || !open || document.querySelector(INNER)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return (
    <Flex vertical gap={6} role="search" style={{ flex: 'none', padding: `${token.paddingXS}px ${token.paddingSM}px` }}>
      <Flex gap="small" align="flex-start">
        <SearchBox box={box} value={filter.words} onChange={(words) => onFilter({ ...filter, words })} />
        <Popover
          trigger="click"
          placement="bottomRight"
          open={open}
          onOpenChange={setOpen}
          // It stands at the end of the page: Tab alone would not get there.
          afterOpenChange={(shown) => shown && form.current?.querySelector('input')?.focus()}
          destroyTooltipOnHide
          content={
            <div
              ref={form}
              role="dialog"
              tabIndex={-1}
              aria-label={t('More filters')}
              onKeyDown={escape}
              style={{ outline: 'none' }}
            >
              <FilterForm
                filter={filter}
                accounts={accounts}
                mailboxes={mailboxes}
                here={here}
                onFilter={onFilter}
                onClose={close}
              />
            </div>
          }
        >
          <Tooltip title={open ? '' : t('More filters')}>
            <Button
              ref={button}
              onKeyDown={escape}
              aria-haspopup="dialog"
              icon={more ? <FilterFilled /> : <FilterOutlined />}
              type={more ? 'primary' : 'default'}
              ghost={more}
              aria-label={t('More filters')}
              aria-expanded={open}
            />
          </Tooltip>
        </Popover>
      </Flex>
      <FilterChips filter={filter} onFilter={onFilter} accounts={accounts} mailboxes={mailboxes} />
    </Flex>
  );
}
