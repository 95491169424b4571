/** An icon that opens a menu; its name is told under the pointer until the menu is open, which would lie below it. */
import React, { useState } from 'react';
import { Button, Dropdown, Tooltip, type MenuProps } from 'antd';

interface MenuButtonProps {
  label: string;
  icon: React.ReactNode;
  menu: MenuProps;
  onOpen?: () => void;
}

export function MenuButton({ label, icon, menu, onOpen }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      trigger={['click']}
      menu={menu}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) onOpen?.();
      }}
    >
      <Tooltip title={open ? '' : label}>
        <Button type="text" icon={icon} aria-label={label} />
      </Tooltip>
    </Dropdown>
  );
}
