/** The list of keys. */
import React, { useRef } from 'react';
import { Flex, Modal, Typography, theme } from 'antd';
import { FocusFirst } from '../../FocusFirst';
import { useT } from '../../locale';
import { SHORTCUTS, type Shortcut } from './keyboard';

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const { token } = theme.useToken();
  const lists = useRef<HTMLDivElement>(null);
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('Keyboard shortcuts')} width={720} destroyOnClose>
      <FocusFirst target={lists} />
      <div ref={lists} tabIndex={-1} style={{ columns: '300px 2', columnGap: token.marginXL, outline: 'none' }}>
        {SHORTCUTS.map(({ title, shortcuts }) => (
          <section key={title} style={{ breakInside: 'avoid', marginBottom: token.margin }}>
            <Typography.Text type="secondary" strong style={{ fontSize: token.fontSizeSM }}>
              {t(title)}
            </Typography.Text>
            <dl style={{ margin: 0 }}>
              {shortcuts.map((shortcut) => (
                <Line key={shortcut.label} {...shortcut} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function Line({ keys, label }: Shortcut) {
  const t = useT();
  const { token } = theme.useToken();
  return (
    <Flex justify="space-between" align="center" style={{ padding: `${token.paddingXXS}px 0` }}>
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
  );
}
