/** Actions as buttons with icons; those that do not fit go into a menu. */
import React from 'react';
import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Flex, Tooltip, theme, type MenuProps } from 'antd';
import { useT, type Translate } from '../../locale';
import { MenuButton } from '../../MenuButton';
import { KEYS_OF_ACTIONS } from '../keys/keyboard';
import { useMailContext } from '../MailContext';
import { ACTION_ICONS } from './icons';
import type { Action } from './place';
import { ACTION_LABELS } from './words';

interface ActionButtonsProps {
  /** As buttons, in this order. */
  actions: readonly Action[];
  /** In the menu behind them. */
  more?: readonly Action[];
  onAct: (action: Action) => void;
  /** More entries of the menu. */
  items?: MenuProps['items'];
  size?: 'small' | 'middle';
  disabled?: boolean;
  /** Out of the way of the Tab key: what only the pointer sees. */
  pointerOnly?: boolean;
}

export function ActionButtons(props: ActionButtonsProps) {
  const { actions, more = [], onAct, items = [], size = 'middle', disabled, pointerOnly } = props;
  const t = useT();
  const { token } = theme.useToken();
  const { keys } = useMailContext();
  const menu = [...actionItems(t, more, onAct, keys), ...items];
  return (
    <Flex gap={2} align="center" style={{ flex: 'none' }}>
      {actions.map((action) => (
        <Tooltip key={action} title={keys ? hint(t, action) : t(ACTION_LABELS[action])} mouseEnterDelay={0.4}>
          <Button
            type="text"
            size={size}
            disabled={disabled}
            tabIndex={pointerOnly ? -1 : undefined}
            danger={action === 'removeForGood'}
            icon={ACTION_ICONS[action]}
            aria-label={t(ACTION_LABELS[action])}
            style={action === 'unflag' ? { color: token.colorWarning } : undefined}
            onClick={() => onAct(action)}
          />
        </Tooltip>
      ))}
      {menu.length > 0 && (
        <MenuButton
          size={size}
          icon={<EllipsisOutlined />}
          label={t('More actions')}
          menu={{ items: menu }}
          disabled={disabled}
          atEnd
        />
      )}
    </Flex>
  );
}

/** The label with its key: "Archive (E)". */
function hint(t: Translate, action: Action): string {
  const key = KEYS_OF_ACTIONS[action];
  return key ? `${t(ACTION_LABELS[action])} (${key})` : t(ACTION_LABELS[action]);
}

/** Actions as entries of a menu; with their keys, where those mean the same. */
export function actionItems(
  t: Translate,
  actions: readonly Action[],
  onAct: (action: Action) => void,
  keys = true,
): NonNullable<MenuProps['items']> {
  return actions.map((action) => ({
    key: action,
    icon: ACTION_ICONS[action],
    label: t(ACTION_LABELS[action]),
    danger: action === 'removeForGood',
    extra: keys ? KEYS_OF_ACTIONS[action] : undefined,
    onClick: ({ domEvent }: { domEvent: { stopPropagation(): void } }) => {
      domEvent.stopPropagation();
      onAct(action);
    },
  }));
}
