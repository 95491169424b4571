/** One numbered step of a set-up: what to do, why, and its fields. */
import React from 'react';
import { Avatar, Flex, Grid, Typography, theme } from 'antd';

const SIZE = 28;

interface StepProps {
  number: number;
  title: string;
  intro?: React.ReactNode;
}

export function Step({ number, title, intro, children }: React.PropsWithChildren<StepProps>) {
  const { token } = theme.useToken();
  const { sm } = Grid.useBreakpoint();
  const indent = sm ? SIZE + token.margin : 0;
  return (
    <section style={{ marginBlockEnd: token.marginXL }}>
      <Flex gap="middle" align="center">
        <Avatar size={SIZE} style={{ background: token.colorPrimaryBg, color: token.colorPrimaryText, flex: 'none' }}>
          {number}
        </Avatar>
        <Typography.Title level={5} style={{ margin: 0 }}>
          {title}
        </Typography.Title>
      </Flex>
      <div style={{ paddingInlineStart: indent }}>
        {intro && (
          <Typography.Paragraph type="secondary" style={{ marginBlockEnd: token.margin }}>
            {intro}
          </Typography.Paragraph>
        )}
        {children}
      </div>
    </section>
  );
}
