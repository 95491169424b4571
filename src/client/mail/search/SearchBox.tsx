/** The search field: what can be typed is told while it is empty and has the focus; Esc clears, Esc again leaves. */
import React, { useEffect, useRef, useState } from 'react';
import { SearchOutlined } from '@ant-design/icons';
import { Input, theme, type InputRef } from 'antd';
import { useT } from '../../locale';
import { typedBeside } from './filter';

interface SearchBoxProps {
  box: React.RefObject<InputRef>;
  value: string;
  onChange: (value: string) => void;
  /** Beside the text, at the end of the field. */
  suffix?: React.ReactNode;
}

/** A pause in typing after which a search begins. */
const PAUSE = 350;

export function SearchBox({ box, value, onChange, suffix }: SearchBoxProps) {
  const t = useT();
  const { token } = theme.useToken();
  const [typed, setTyped] = useState(value);
  const [focused, setFocused] = useState(false);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setTyped((before) => typedBeside(before, value)), [value]);
  useEffect(() => {
    const words = typed.trim();
    if (words === value) return;
    const timer = setTimeout(() => latest.current(words), words === '' ? 0 : PAUSE);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only typing starts a search
  }, [typed]);
  return (
    <div style={{ flex: 1, minWidth: 0 }}>
      <Input
        ref={box}
        type="search"
        allowClear
        value={typed}
        prefix={<SearchOutlined style={{ color: token.colorTextSecondary }} />}
        suffix={suffix}
        placeholder={t('Search mail')}
        aria-label={t('Search mail')}
        aria-describedby="mail-search-hint"
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onChange={(event) => setTyped(event.target.value)}
        onPressEnter={() => onChange(typed.trim())}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.stopPropagation();
          if (typed === '') event.currentTarget.blur();
          else {
            setTyped('');
            onChange('');
          }
        }}
      />
      <div
        id="mail-search-hint"
        hidden={!focused || typed !== ''}
        style={{ paddingTop: 4, fontSize: token.fontSizeSM, color: token.colorTextSecondary }}
      >
        {t('All words count. inv* finds beginnings, "in a row" finds a phrase.')}
      </div>
    </div>
  );
}
