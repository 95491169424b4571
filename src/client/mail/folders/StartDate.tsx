/** How far back the mail of an account is fetched. */
import React, { useState } from 'react';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { DatePicker, Flex, Select, Typography, theme } from 'antd';
import dayjs from 'dayjs';
import type { AccountView } from '../../../shared/types';
import { errorView, useApi } from '../../api';
import { useMail } from '../../live';
import { errorText, useT } from '../../locale';
import { useMailContext } from '../MailContext';

const AGES: readonly { months: number; label: string }[] = [
  { months: 1, label: 'The last month' },
  { months: 3, label: 'The last 3 months' },
  { months: 6, label: 'The last 6 months' },
  { months: 12, label: 'The last year' },
  { months: 36, label: 'The last 3 years' },
];

export const StartDate = observer(function StartDate({
  account,
  onChanged,
}: {
  account: AccountView;
  onChanged: () => void;
}) {
  const t = useT();
  const { token } = theme.useToken();
  const api = useApi();
  const live = useMail();
  const { locale } = useMailContext();
  const { context } = useFlowEngine();
  const [busy, setBusy] = useState(false);
  const [other, setOther] = useState(false);
  const save = (startDate: string | null) => {
    setBusy(true);
    api.accounts
      .update(account.id, { startDate })
      .then(() => live.refresh())
      .then(() => context.message.success(t('Saved')))
      .catch((thrown: unknown) => context.message.error(errorText(t, errorView(thrown)).sentence))
      .finally(() => {
        setBusy(false);
        setOther(false);
        onChanged();
      });
  };
  const since = account.startDate ? dayjs(account.startDate) : null;
  return (
    <div>
      <Flex gap="small" align="center" wrap>
        <Typography.Text>{t('Mail is kept here since')}</Typography.Text>
        {other ? (
          <DatePicker
            open
            autoFocus
            value={since}
            disabledDate={(day) => day.isAfter(dayjs())}
            onOpenChange={(open) => !open && setOther(false)}
            onChange={(day) => day && save(day.startOf('day').toISOString())}
          />
        ) : (
          <Select<string>
            value="now"
            loading={busy}
            disabled={busy || account.storedState === 'disconnected'}
            aria-label={t('Mail is kept here since')}
            style={{ minWidth: 220 }}
            popupMatchSelectWidth={false}
            onChange={(value) => {
              if (value === 'other') setOther(true);
              else if (value === 'all') save(null);
              else if (value !== 'now') save(dayjs().subtract(Number(value), 'month').startOf('day').toISOString());
            }}
            options={[
              {
                value: 'now',
                label: since
                  ? since.toDate().toLocaleDateString(locale, { dateStyle: 'long' })
                  : t('The beginning (everything)'),
              },
              ...AGES.map(({ months, label }) => ({ value: String(months), label: t(label) })),
              ...(since ? [{ value: 'all', label: t('The beginning (everything)') }] : []),
              { value: 'other', label: t('Another day…') },
            ]}
          />
        )}
      </Flex>
      <Typography.Text type="secondary" style={{ fontSize: token.fontSizeSM }}>
        {t('An earlier day fetches older mail, newest first. A later day removes nothing from Outlook.')}
      </Typography.Text>
    </div>
  );
});
