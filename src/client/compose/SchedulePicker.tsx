/** Chooses when a mail leaves. */
import React, { useRef, useState } from 'react';
import { DatePicker, Flex, Modal, Typography } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { FocusFirst } from '../FocusFirst';
import { useT } from '../locale';
import { schedulePresets, timeZone } from './schedule';

interface SchedulePickerProps {
  /** When it leaves so far; without it, the first of the usual times is offered. */
  at?: string | null;
  onChoose: (at: Date) => void;
  /** It has closed, whatever was chosen: the focus is back where it was. */
  onClosed: () => void;
}

export function SchedulePicker({ at: before, onChoose, onClosed }: SchedulePickerProps) {
  const t = useT();
  const [at, setAt] = useState<Dayjs | null>(() => dayjs(before ?? schedulePresets(new Date())[0].at));
  const [open, setOpen] = useState(true);
  const field = useRef<React.ComponentRef<typeof DatePicker>>(null);
  const right = at !== null && at.valueOf() > Date.now();
  return (
    <Modal
      open={open}
      title={t('When should it leave?')}
      okText={t('Schedule')}
      cancelText={t('Go back')}
      okButtonProps={{ disabled: !right }}
      onCancel={() => setOpen(false)}
      onOk={() => {
        setOpen(false);
        if (at) onChoose(at.toDate());
      }}
      afterClose={onClosed}
    >
      <FocusFirst target={field} />
      <Flex vertical gap="small">
        <DatePicker
          ref={field}
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
