/** antd's grey for secondary words and placeholders, its red of mistakes, and in dark themes its blue of links, are too pale for small text (WCAG AA, 4.5:1). */
import React from 'react';
import { ConfigProvider, theme } from 'antd';

export function MailTheme({ children }: React.PropsWithChildren) {
  const { token } = theme.useToken();
  const readable = {
    colorTextDescription: token.colorTextSecondary,
    colorTextPlaceholder: token.colorTextSecondary,
    // A colour of links that an administrator chose stays.
    ...(token.colorLink === token.blue6 && { colorLink: token.blue7, colorLinkHover: token.blue6 }),
  };
  const mistake = { colorError: token.red7 };
  return (
    <ConfigProvider theme={{ token: readable, components: { Form: mistake, Typography: mistake } }}>
      {children}
    </ConfigProvider>
  );
}
