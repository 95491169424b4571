/** Recipients as chips: typed, pasted in bulk or chosen; wrong ones are red, repetitions dropped. */
import React, { useMemo, useRef, useState } from 'react';
import { css } from '@emotion/css';
import { Select, Tag } from 'antd';
import type { AddressView } from '../../shared/types';
import { useT } from '../locale';
import {
  addressKey,
  addressText,
  isAddress,
  parseAddress,
  parseAddresses,
  suggestedFor,
  uniqueAddresses,
} from '../mail/addresses';

interface AddressInputProps {
  id: string;
  label: string;
  value: AddressView[];
  onChange: (value: AddressView[]) => void;
  /** People the sender has to do with, best first. */
  suggestions: AddressView[];
  autoFocus?: boolean;
  disabled?: boolean;
}

const MOST_SUGGESTIONS = 8;

/** antd lists what is typed and what is chosen among the suggestions; neither is one. */
const OTHERS_ONLY = css`
  .ant-select-item-option-selected,
  .ant-select-item-option:first-child:not(:last-child) {
    display: none;
  }
`;

/** Five lines of chips and a bit, which says that there are more: the text of a mail to many stays in sight. */
const FEW_LINES = css`
  .ant-select-selector {
    max-height: 146px;
    overflow-y: auto;
    align-items: flex-start !important;
  }
`;

export function AddressInput({ id, label, value, onChange, suggestions, autoFocus, disabled }: AddressInputProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const chosen = useMemo(() => new Set(value.map(({ address }) => addressKey(address))), [value]);
  const options = useMemo(() => {
    const words = typed.trim().toLowerCase();
    if (words.length === 0) return [];
    return suggestedFor(
      words,
      suggestions.filter(({ address }) => !chosen.has(addressKey(address))),
    )
      .slice(0, MOST_SUGGESTIONS)
      .map((person) => ({ value: addressText(person), label: addressText(person) }));
  }, [chosen, suggestions, typed]);
  /** Enter takes the best suggestion for a word that is no address. */
  const best = useRef<string | null>(null);
  const pressed = (event: React.KeyboardEvent) => {
    best.current = event.key === 'Enter' && !isAddress(typed.trim()) ? (options[0]?.value ?? null) : null;
  };
  const change = (chosenTexts: string[]) => {
    const texts = chosenTexts.map((text) => (text === typed && best.current ? best.current : text));
    best.current = null;
    setTyped('');
    const known = new Map(value.map((person) => [addressText(person), person]));
    onChange(uniqueAddresses(texts.flatMap((text) => known.get(text) ?? parseAddresses(text))));
  };
  const paste = (event: React.ClipboardEvent) => {
    const pasted = parseAddresses(event.clipboardData.getData('text'));
    // One incomplete word is text to go on typing.
    if (pasted.length === 0 || (pasted.length === 1 && !isAddress(pasted[0].address))) return;
    event.preventDefault();
    setTyped('');
    onChange(uniqueAddresses([...value, ...pasted]));
  };
  return (
    <div onPaste={paste} style={{ flex: 1, minWidth: 0 }}>
      <Select
        id={id}
        mode="tags"
        className={FEW_LINES}
        variant="borderless"
        style={{ width: '100%' }}
        aria-label={label}
        autoFocus={autoFocus}
        disabled={disabled}
        value={value.map(addressText)}
        onChange={change}
        searchValue={typed}
        onSearch={setTyped}
        onInputKeyDown={pressed}
        virtual={false}
        popupClassName={OTHERS_ONLY}
        tokenSeparators={[',', ';']}
        options={options}
        open={options.length > 0}
        suffixIcon={null}
        filterOption={false}
        tagRender={({ value: text, closable, onClose }) => {
          const person = parseAddress(String(text));
          const right = isAddress(person.address);
          return (
            <Tag
              color={right ? undefined : 'error'}
              closable={closable && !disabled}
              onClose={onClose}
              onMouseDown={(event) => event.stopPropagation()}
              title={right ? person.address : t('This is not a mail address')}
              aria-invalid={!right}
              style={{ marginBlock: 2, maxWidth: '100%', whiteSpace: 'normal', overflowWrap: 'anywhere' }}
            >
              {person.name || person.address}
            </Tag>
          );
        }}
      />
    </div>
  );
}
