/** Attaches files that lie in NocoBase already. */
import React, { useCallback, useState } from 'react';
import { FolderOpenOutlined } from '@ant-design/icons';
import { useFlowEngine } from '@nocobase/flow-engine';
import { Button, Flex, Modal, Select, Skeleton, Tooltip, theme } from 'antd';
import type { RecordRef } from '../../shared/types';
import { useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useLoad } from '../load';
import { useT } from '../locale';
import { fileKey, toggled, type ChosenFile, type Choice } from './chosenFiles';
import { FilesOfFolder, FilesOfRecord } from './HostFiles';

interface HostFilesProps {
  /** The record beside which the mail is written. */
  record: RecordRef | null;
  onAttach: (files: readonly ChosenFile[]) => void;
}

export function HostFilesButton(props: HostFilesProps) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tooltip title={t('Attach from NocoBase')}>
        <Button
          type="text"
          icon={<FolderOpenOutlined />}
          aria-label={t('Attach from NocoBase')}
          onClick={() => setOpen(true)}
        />
      </Tooltip>
      {open && <HostFilesDialog {...props} onClosed={() => setOpen(false)} />}
    </>
  );
}

/** The place of the record's own files among the folders. */
const RECORD = '';

/** @param onClosed it has closed: the focus is back where it was */
function HostFilesDialog({ record, onAttach, onClosed }: HostFilesProps & { onClosed: () => void }) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const [open, setOpen] = useState(true);
  const [chosen, setChosen] = useState<readonly ChosenFile[]>([]);
  const [place, setPlace] = useState<string | null>(record ? RECORD : null);
  const read = useCallback(() => api.files.folders(), [api]);
  const { data: folders, error, reload } = useLoad(read);
  const shown = place ?? folders?.[0]?.collection ?? null;
  const choice: Choice = {
    has: (file) => chosen.some((one) => fileKey(one) === fileKey(file)),
    toggle: (file) => setChosen((before) => toggled(before, file)),
  };
  const options = [
    ...(record ? [{ value: RECORD, label: t('Files of this record') }] : []),
    ...(folders ?? []).map(({ collection, title }) => ({
      value: collection,
      label: title === null ? t('My uploads') : context.t(title),
    })),
  ];
  return (
    <Modal
      open={open}
      title={t('Attach from NocoBase')}
      okText={chosen.length > 0 ? t('Attach ({{number}})', { number: chosen.length }) : t('Attach')}
      cancelText={t('Cancel')}
      okButtonProps={{ disabled: chosen.length === 0 }}
      onCancel={() => setOpen(false)}
      onOk={() => {
        onAttach(chosen);
        setOpen(false);
      }}
      afterClose={onClosed}
    >
      <Flex vertical gap={token.marginSM}>
        {options.length > 0 && (
          <Select
            aria-label={t('Where the files are')}
            value={shown ?? undefined}
            onChange={(value: string) => setPlace(value)}
            options={options}
          />
        )}
        {error && <ErrorNotice view={error} onRetry={() => void reload()} />}
        <div style={{ minHeight: 180, maxHeight: '45vh', overflowY: 'auto' }}>
          {shown === RECORD && record ? (
            <FilesOfRecord record={record} choice={choice} />
          ) : shown ? (
            <FilesOfFolder key={shown} collection={shown} choice={choice} />
          ) : (
            !error && <Skeleton active />
          )}
        </div>
      </Flex>
    </Modal>
  );
}
