/** Everything else a list can be narrowed to: where, from whom, when. */
import React from 'react';
import { css } from '@emotion/css';
import { Button, DatePicker, Flex, Form, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { AccountView, MailboxView } from '../../../shared/types';
import { useT } from '../../locale';
import { mailboxLabel, orderMailboxes } from '../folders/mailboxes';
import type { ListFilter } from './filter';

interface FilterFormProps {
  filter: ListFilter;
  accounts: readonly AccountView[];
  mailboxes: readonly MailboxView[];
  /** Name of the folder that is shown. */
  here: string;
  onFilter: (filter: ListFilter) => void;
  onClose: () => void;
}

/** Two months beside each other are wider than a small screen: there one is shown, with the arrows of both. */
const CALENDAR = css`
  @media (max-width: 719px) {
    .ant-picker-panel-layout {
      flex-direction: column;
    }
    .ant-picker-presets {
      max-width: none;
      ul {
        display: flex;
        flex-wrap: wrap;
        width: 240px;
        height: auto !important;
        padding: 8px !important;
        border-inline-end: 0 !important;
        li + li {
          margin-top: 0 !important;
        }
      }
    }
    .ant-picker-panels > :nth-child(2) {
      display: none;
    }
    .ant-picker-panels .ant-picker-header button {
      visibility: visible !important;
    }
  }
`;

const DAY = 'YYYY-MM-DD';
const dayOf = (text: string) => (text ? dayjs(text) : null);

export function FilterForm({ filter, accounts, mailboxes, here, onFilter, onClose }: FilterFormProps) {
  const t = useT();
  const today = dayjs();
  const folders = accounts.map((account) => ({
    label: account.address,
    options: orderMailboxes(mailboxes.filter(({ accountId }) => accountId === account.id)).map((mailbox) => ({
      value: mailbox.id,
      label: mailboxLabel(t, mailbox),
    })),
  }));
  const change = (part: Partial<ListFilter>) => onFilter({ ...filter, ...part });
  return (
    <Form layout="vertical" style={{ width: 'min(340px, 80vw)' }} onFinish={onClose} size="middle">
      <Form.Item label={t('Where')} style={{ marginBottom: 12 }}>
        <Select
          value={filter.where}
          aria-label={t('Where')}
          showSearch
          optionFilterProp="label"
          onChange={(where) => change({ where, ...(where !== 'everywhere' && { accountId: '' }) })}
          options={[
            { value: 'here', label: here },
            { value: 'everywhere', label: t('All folders') },
            ...(accounts.length === 1 ? folders[0].options : folders),
          ]}
        />
      </Form.Item>
      {accounts.length > 1 && filter.where === 'everywhere' && (
        <Form.Item label={t('Account')} style={{ marginBottom: 12 }}>
          <Select
            value={filter.accountId}
            aria-label={t('Account')}
            onChange={(accountId) => change({ accountId })}
            options={[
              { value: '', label: t('All accounts') },
              ...accounts.map(({ id, address }) => ({ value: id, label: address })),
            ]}
          />
        </Form.Item>
      )}
      <Form.Item label={t('From')} style={{ marginBottom: 12 }}>
        <Input
          defaultValue={filter.from}
          aria-label={t('From')}
          placeholder={t('Name or address')}
          allowClear
          onBlur={(event) => change({ from: event.target.value.trim() })}
          onPressEnter={(event) => change({ from: event.currentTarget.value.trim() })}
        />
      </Form.Item>
      <Form.Item label={t('Received')} style={{ marginBottom: 12 }}>
        <DatePicker.RangePicker
          style={{ width: '100%' }}
          popupClassName={CALENDAR}
          allowEmpty={[true, true]}
          value={[dayOf(filter.since), dayOf(filter.until)]}
          presets={[
            { label: t('Today'), value: [today, today] },
            { label: t('Last 7 days'), value: [today.subtract(6, 'day'), today] },
            { label: t('Last 30 days'), value: [today.subtract(29, 'day'), today] },
            { label: t('This year'), value: [today.startOf('year'), today] },
          ]}
          onChange={(days) => change({ since: days?.[0]?.format(DAY) ?? '', until: days?.[1]?.format(DAY) ?? '' })}
        />
      </Form.Item>
      <Flex justify="flex-end">
        <Button type="primary" htmlType="submit">
          {t('Done')}
        </Button>
      </Flex>
    </Form>
  );
}
