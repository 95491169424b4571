/** One numbered step of a set-up: what to do, why, and its fields. */
import React from 'react';
import { Avatar, Flex, Typography, theme } from 'antd';

interface StepProps {
  number: number;
  title: string;
  intro?: React.ReactNode;
}

export function Step({ number, title, intro, children }: React.PropsWithChildren<StepProps>) {
  const { token } = theme.useToken();
  return (
    <section aria-label={title} style={{ marginBlockEnd: token.marginLG }}>
      <Flex gap="middle" align="flex-start">
        <Avatar size={28} style={{ background: token.colorPrimaryBg, color: token.colorPrimaryText, flex: 'none' }}>
          {number}
        </Avatar>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Typography.Title level={5} style={{ marginBlock: 2 }}>
            {title}
          </Typography.Title>
          {intro && (
            <Typography.Paragraph type="secondary" style={{ marginBlockEnd: token.margin }}>
              {intro}
            </Typography.Paragraph>
          )}
          {children}
        </div>
      </Flex>
    </section>
  );
}
