/** The envelope in the host's header: how many messages are unread, and the way to the mail centre. */
import React from 'react';
import { MailOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Badge, Button, Tooltip } from 'antd';
import { useApp } from '../api';
import { MAIL_PATH } from '../../shared/constants';
import { stateWords } from '../accounts/words';
import { useMail } from '../live';
import { useT } from '../locale';

/** The same in both runtimes, whose headers size badges differently; one of them too small to read. */
const INDICATOR = {
  indicator: { fontSize: 10, height: 14, minWidth: 14, lineHeight: '14px', paddingInline: 4, borderRadius: 7 },
};

export const MailHeaderIcon = observer(function MailHeaderIcon() {
  const t = useT();
  const app = useApp();
  const { unread, accounts, error } = useMail().state;
  // Nobody to read mail: a visitor of a public page, or a role the server does not let in.
  if (!app.apiClient.auth.token || error?.code === 'signedOut' || error?.code === 'forbidden') return null;
  const needy = accounts.some(({ state }) => stateWords(state).urgency > 1);
  const label = unread > 0 ? t('Mail: {{number}} unread', { number: unread }) : t('Mail');
  return (
    <Tooltip title={needy ? t('Mail: a mailbox needs attention') : label}>
      <Button
        type="text"
        aria-label={label}
        data-testid="mail-header-icon"
        onClick={() => app.router.navigate(MAIL_PATH)}
        style={{ display: 'inline-flex', alignItems: 'center', color: 'inherit' }}
      >
        <Badge
          count={unread}
          dot={needy && unread === 0}
          size="small"
          overflowCount={99}
          styles={unread > 0 ? INDICATOR : undefined}
        >
          <MailOutlined style={{ color: 'inherit', fontSize: 16 }} />
        </Badge>
      </Button>
    </Tooltip>
  );
});
