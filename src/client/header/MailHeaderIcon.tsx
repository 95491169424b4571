/** The envelope in the host's header: how many messages are unread, and the way to the mail centre. */
import React from 'react';
import { MailOutlined } from '@ant-design/icons';
import { observer, useFlowEngine } from '@nocobase/flow-engine';
import { Badge, Button, Tooltip } from 'antd';
import { MAIL_PATH } from '../../shared/constants';
import { useMail } from '../live';
import { useT } from '../locale';

export const MailHeaderIcon = observer(function MailHeaderIcon() {
  const t = useT();
  const { app } = useFlowEngine().context;
  const { unread } = useMail().state;
  return (
    <Tooltip title={t('Mail')}>
      <Button type="text" aria-label={t('Mail')} onClick={() => app.router.navigate(MAIL_PATH)}>
        <Badge count={unread} size="small">
          <MailOutlined style={{ color: 'inherit' }} />
        </Badge>
      </Button>
    </Tooltip>
  );
});
