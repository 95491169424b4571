/** Opens the mailboxes in a drawer; says by its badge when one of them needs somebody. */
import React, { useState } from 'react';
import { SettingOutlined } from '@ant-design/icons';
import { observer } from '@nocobase/flow-engine';
import { Badge, Button, Drawer, type ButtonProps } from 'antd';
import { useMail } from '../live';
import { useT } from '../locale';
import { AccountsPanel } from './AccountsPanel';
import { stateWords } from './words';

interface AccountsButtonProps {
  /** Without words, for narrow places. */
  compact?: boolean;
  type?: ButtonProps['type'];
  block?: boolean;
}

export const AccountsButton = observer(function AccountsButton({ compact, type = 'text', block }: AccountsButtonProps) {
  const t = useT();
  const { state } = useMail();
  const [open, setOpen] = useState(false);
  const needy = state.accounts.filter((account) => stateWords(account.state).urgency > 1).length;
  const label = t('Mailboxes');
  return (
    <>
      <Button
        type={type}
        block={block}
        icon={
          <Badge dot={needy > 0} offset={[2, 0]}>
            <SettingOutlined />
          </Badge>
        }
        aria-label={needy > 0 ? t('Mailboxes: {{number}} need attention', { number: needy }) : label}
        onClick={() => setOpen(true)}
      >
        {compact ? null : label}
      </Button>
      <Drawer
        open={open}
        onClose={() => setOpen(false)}
        title={label}
        aria-label={label}
        width="min(480px, 100vw)"
        destroyOnClose
      >
        <AccountsPanel />
      </Drawer>
    </>
  );
});
