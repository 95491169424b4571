/** The round letter of a person. */
import React from 'react';
import { Avatar, theme } from 'antd';
import type { AddressView } from '../../shared/types';
import { addressKey, personName } from './addresses';

const HUES = ['#0958d9', '#08979c', '#389e0d', '#c41d7f', '#531dab', '#ad4e00', '#1d39c4', '#a8071a'];

/** One colour for one address, dark enough for white letters. */
function colourOf(address: string): string {
  let sum = 0;
  for (const character of addressKey(address)) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return HUES[sum % HUES.length];
}

const initial = (person: AddressView) => [...personName(person).replace(/^["'([<\s]+/, '')][0]?.toUpperCase() ?? '?';

export function PersonAvatar({ person, size }: { person: AddressView | null | undefined; size?: number }) {
  const { token } = theme.useToken();
  const background = person ? colourOf(person.address) : token.colorTextQuaternary;
  return (
    <Avatar aria-hidden size={size} style={{ background, flex: 'none', color: '#fff' }}>
      {person ? initial(person) : '?'}
    </Avatar>
  );
}
