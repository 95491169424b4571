/** The picture of a folder by what it is for. */
import React from 'react';
import {
  ContainerOutlined,
  DeleteOutlined,
  ExportOutlined,
  FileTextOutlined,
  FolderOutlined,
  InboxOutlined,
  SendOutlined,
  StopOutlined,
} from '@ant-design/icons';
import type { MailboxRole } from '../../../shared/types';

export const FOLDER_ICONS: Readonly<Record<MailboxRole, React.ReactNode>> = {
  inbox: <InboxOutlined />,
  sent: <SendOutlined />,
  drafts: <FileTextOutlined />,
  archive: <ContainerOutlined />,
  junk: <StopOutlined />,
  trash: <DeleteOutlined />,
  outbox: <ExportOutlined />,
  none: <FolderOutlined />,
};
