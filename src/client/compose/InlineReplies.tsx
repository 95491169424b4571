/** The answers written at the end of an open conversation. What is in them is rendered by the dock. */
import React from 'react';
import { theme } from 'antd';
import { useApp } from '../api';
import { deskOf } from './desk';
import { Slot } from './Slot';
import type { ComposeWindow } from './windows';

/** What an answer looks like at the end of a conversation. */
export function useAnswerFrame(): React.CSSProperties {
  const { token } = theme.useToken();
  return {
    flex: 'none',
    border: `1px solid ${token.colorBorder}`,
    borderRadius: token.borderRadiusLG,
    background: token.colorBgElevated,
    boxShadow: token.boxShadowTertiary,
    // Its foot sticks to the end of the pane.
    overflow: 'clip',
  };
}

export function InlineReplies({ windows }: { windows: readonly ComposeWindow[] }) {
  const desk = deskOf(useApp());
  const frame = useAnswerFrame();
  return windows.map(({ key }) => <Slot key={key} node={desk.nodeOf(key)} style={frame} />);
}
