/** An icon that opens a menu. The focus comes back to it: what is typed next goes to where the menu was opened. */
import React, { useRef, useState } from 'react';
import { Button, Dropdown, Tooltip, type ButtonProps, type MenuProps } from 'antd';

interface MenuButtonProps extends Pick<ButtonProps, 'type' | 'size' | 'icon' | 'loading' | 'disabled'> {
  /** Told under the pointer until the menu is open, which would lie below it. */
  label: string;
  menu: MenuProps;
  /** Where it stands at the end of a line. */
  atEnd?: boolean;
  onOpen?: () => void;
}

export function MenuButton({ label, menu, atEnd, onOpen, disabled, ...button }: MenuButtonProps) {
  const [open, setOpen] = useState(false);
  const [byKey, setByKey] = useState(false);
  const element = useRef<HTMLButtonElement>(null);
  return (
    <Dropdown
      trigger={['click']}
      // Its arrows work at once.
      autoFocus={byKey}
      placement={atEnd ? 'bottomRight' : 'bottomLeft'}
      disabled={disabled}
      menu={menu}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) onOpen?.();
        else if (document.activeElement?.closest('.ant-dropdown')) element.current?.focus();
      }}
    >
      <Tooltip title={open ? '' : label}>
        <Button
          ref={element}
          type="text"
          {...button}
          disabled={disabled}
          aria-label={label}
          aria-haspopup="menu"
          aria-expanded={open}
          onClick={(event) => setByKey(event.detail === 0)}
        />
      </Tooltip>
    </Dropdown>
  );
}
