/** Where to move mail: type a few letters, choose with the arrows, Enter moves. */
import React, { useEffect, useMemo, useRef, useState } from 'react';
import { SearchOutlined } from '@ant-design/icons';
import { Empty, Input, Modal, theme, type InputRef } from 'antd';
import type { MailboxView } from '../../../shared/types';
import { FocusFirst } from '../../FocusFirst';
import { useT } from '../../locale';
import { useStyles } from '../styles';
import { FOLDER_ICONS } from './icons';
import { flatTree, matchingFolders, targetTree } from './tree';

interface FolderPickerProps {
  open: boolean;
  title: string;
  /** Of one account. */
  mailboxes: readonly MailboxView[];
  onChoose: (mailboxId: string) => void;
  onClose: () => void;
}

export function FolderPicker({ open, title, mailboxes, onChoose, onClose }: FolderPickerProps) {
  const t = useT();
  const { token } = theme.useToken();
  const styles = useStyles();
  const input = useRef<InputRef>(null);
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const lines = useMemo(() => flatTree(targetTree(t, mailboxes)), [t, mailboxes]);
  const found = matchingFolders(lines, typed);
  const chosen = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, typed]);
  return (
    <Modal
      open={open}
      title={title}
      footer={null}
      width={420}
      onCancel={onClose}
      destroyOnClose
      afterClose={() => {
        setTyped('');
        setAt(0);
      }}
    >
      <FocusFirst target={input} />
      <Input
        ref={input}
        value={typed}
        prefix={<SearchOutlined style={{ color: token.colorTextSecondary }} />}
        placeholder={t('Name of the folder')}
        aria-label={t('Name of the folder')}
        role="combobox"
        aria-expanded
        aria-controls="mail-folder-picker"
        aria-activedescendant={chosen && `mail-folder-${chosen.id}`}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onPressEnter={() => chosen && onChoose(chosen.id)}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step === 0 || found.length === 0) return;
          event.preventDefault();
          setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
        }}
      />
      <div
        ref={list}
        id="mail-folder-picker"
        role="listbox"
        aria-label={t('Folders')}
        style={{ maxHeight: 'min(360px, 50vh)', overflowY: 'auto', marginTop: token.marginXS }}
      >
        {found.map(({ id, label, depth, role }) => (
          <div
            key={id}
            id={`mail-folder-${id}`}
            role="option"
            aria-selected={id === chosen?.id}
            className={styles.navItem}
            style={{
              paddingInlineStart: token.paddingSM + (typed ? 0 : depth * 18),
              ...(id === chosen?.id && { background: token.controlItemBgActive }),
            }}
            onMouseMove={() => setAt(found.findIndex((line) => line.id === id))}
            onClick={() => onChoose(id)}
          >
            <span aria-hidden>{FOLDER_ICONS[role]}</span>
            <span className={styles.line}>{label}</span>
          </div>
        ))}
        {found.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('No folder has this name')} />
        )}
      </div>
    </Modal>
  );
}
