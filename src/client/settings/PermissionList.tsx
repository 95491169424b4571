/** The permissions the app registration needs, what each is for, and who approves them. */
import React from 'react';
import { Alert, Flex, Table, Typography } from 'antd';
import { useT } from '../locale';

export const PERMISSIONS: readonly { name: string; why: string }[] = [
  { name: 'IMAP.AccessAsUser.All', why: 'read mail' },
  { name: 'SMTP.Send', why: 'send mail' },
  { name: 'offline_access', why: 'stay connected without asking again' },
  { name: 'User.Read', why: 'sign in (there by default)' },
  { name: 'email', why: 'know the address of the mailbox' },
];

export function PermissionList() {
  const t = useT();
  return (
    <Flex vertical gap="middle">
      <Table
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={[...PERMISSIONS]}
        columns={[
          {
            title: t('Permission'),
            dataIndex: 'name',
            render: (name: string) => (
              <Typography.Text code copyable={{ tooltips: [t('Copy'), t('Copied')] }}>
                {name}
              </Typography.Text>
            ),
          },
          { title: t('What it is for'), dataIndex: 'why', render: (why: string) => t(why) },
        ]}
      />
      <Alert
        type="info"
        showIcon
        message={t('Then press "Grant admin consent" on the same page.')}
        description={t(
          'Most organisations let only administrators approve mail apps. Without it people are told "Need admin approval" when they connect.',
        )}
      />
    </Flex>
  );
}
