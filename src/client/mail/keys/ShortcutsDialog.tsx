/** The list of keys. */
import React from 'react';
import { Flex, Modal, theme } from 'antd';
import { useT } from '../../locale';
import { SHORTCUTS } from './keyboard';

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('Keyboard shortcuts')} width={440}>
      <dl style={{ margin: 0 }}>
        {SHORTCUTS.map(({ keys, label }) => (
          <Flex key={label} justify="space-between" align="center" style={{ padding: `${token.paddingXXS}px 0` }}>
            <dt style={{ fontWeight: 'normal' }}>{t(label)}</dt>
            <dd style={{ margin: 0, display: 'flex', gap: 4 }}>
              {keys.map((key) => (
                <kbd
                  key={key}
                  style={{
                    minWidth: 24,
                    padding: '1px 6px',
                    textAlign: 'center',
                    border: `1px solid ${token.colorBorder}`,
                    borderBottomWidth: 2,
                    borderRadius: token.borderRadiusSM,
                    background: token.colorFillQuaternary,
                    font: 'inherit',
                    fontSize: token.fontSizeSM,
                  }}
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </Flex>
        ))}
      </dl>
    </Modal>
  );
}
