/** antd's grey for secondary words and placeholders is too pale for small text (WCAG AA, 4.5:1): one step darker here. */
import React from 'react';
import { ConfigProvider, theme } from 'antd';

export function MailTheme({ children }: React.PropsWithChildren) {
  const { token } = theme.useToken();
  const readable = { colorTextDescription: token.colorTextSecondary, colorTextPlaceholder: token.colorTextSecondary };
  return <ConfigProvider theme={{ token: readable }}>{children}</ConfigProvider>;
}
