/** Lies over a mail while files are dragged across it; the pointer goes through. */
import React from 'react';
import { PaperClipOutlined } from '@ant-design/icons';
import { Flex, theme } from 'antd';
import { useT } from '../locale';

export function DropHint() {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <Flex
      align="center"
      justify="center"
      gap="small"
      style={{
        position: 'absolute',
        inset: token.marginXS,
        zIndex: 3,
        pointerEvents: 'none',
        color: token.colorText,
        background: token.colorBgElevated,
        opacity: 0.92,
        border: `2px dashed ${token.colorPrimary}`,
        borderRadius: token.borderRadiusLG,
        fontSize: token.fontSizeLG,
      }}
    >
      <PaperClipOutlined />
      {t('Drop files here to attach them')}
    </Flex>
  );
}
