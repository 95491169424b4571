/** Chooses when a mail leaves. */
import React, { useState } from 'react';
import { DatePicker, Flex, Modal, Typography } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useT } from '../locale';
import { timeZone } from './schedule';

interface SchedulePickerProps {
  /** When it leaves so far. */
  at?: string | null;
  onCancel: () => void;
  onChoose: (at: Date) => void;
}

export function SchedulePicker({ at: before, onCancel, onChoose }: SchedulePickerProps) {
  const t = useT();
  const [at, setAt] = useState<Dayjs | null>(before ? dayjs(before) : null);
  const right = at !== null && at.valueOf() > Date.now();
  return (
    <Modal
      open
      title={t('When should it leave?')}
      okText={t('Schedule')}
      cancelText={t('Go back')}
      okButtonProps={{ disabled: !right }}
      onCancel={onCancel}
      onOk={() => at && onChoose(at.toDate())}
    >
      <Flex vertical gap="small">
        <DatePicker
          autoFocus
          showTime={{ format: 'HH:mm', minuteStep: 5 }}
          format="YYYY-MM-DD HH:mm"
          showNow={false}
          value={at}
          onChange={setAt}
          disabledDate={(day) => day.endOf('day').valueOf() < Date.now()}
          aria-label={t('When should it leave?')}
          style={{ width: '100%' }}
        />
        <Typography.Text type="secondary">{t('Your time zone: {{zone}}', { zone: timeZone() })}</Typography.Text>
      </Flex>
    </Modal>
  );
}
