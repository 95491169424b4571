/** The picture of each action. */
import React from 'react';
import {
  ContainerOutlined,
  DeleteOutlined,
  FlagFilled,
  FlagOutlined,
  FolderOutlined,
  InboxOutlined,
  MailOutlined,
  CheckOutlined,
  StopOutlined,
} from '@ant-design/icons';
import type { Action } from './place';

export const ACTION_ICONS: Readonly<Record<Action, React.ReactNode>> = {
  archive: <ContainerOutlined />,
  remove: <DeleteOutlined />,
  removeForGood: <DeleteOutlined />,
  junk: <StopOutlined />,
  notJunk: <CheckOutlined />,
  toInbox: <InboxOutlined />,
  move: <FolderOutlined />,
  read: <ReadIcon />,
  unread: <MailOutlined />,
  flag: <FlagOutlined />,
  unflag: <FlagFilled />,
};

/** An open envelope; antd has none. */
function ReadIcon({ className = '' }: { className?: string }) {
  return (
    // A menu gives its icons a class of their own.
    <span role="img" aria-hidden className={`anticon ${className}`}>
      <svg viewBox="64 64 896 896" width="1em" height="1em" fill="none" stroke="currentColor" strokeWidth="72">
        <path d="M132 420 L512 164 L892 420 V860 H132 Z" strokeLinejoin="round" />
        <path d="M140 440 L512 660 L884 440" strokeLinejoin="round" />
      </svg>
    </span>
  );
}
