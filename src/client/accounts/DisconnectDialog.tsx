/** Asks what happens with the mail when an account is disconnected, and says exactly what is removed and what is not. */
import React, { useEffect, useState } from 'react';
import { Flex, Modal, Radio, Typography } from 'antd';
import type { AccountView, ErrorView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useT } from '../locale';
import { useLast } from '../useLast';
import { useLanguage } from './useLanguage';

interface DisconnectDialogProps {
  /** Null: closed. */
  account: AccountView | null;
  onClose(): void;
  onDone(): void;
}

export function DisconnectDialog({ account, onClose, onDone }: DisconnectDialogProps) {
  const t = useT();
  const api = useApi();
  const format = new Intl.NumberFormat(useLanguage());
  const [keepMail, setKeepMail] = useState(true);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const about = useLast(account);
  const already = about?.storedState === 'disconnected';
  const keeps = keepMail && !already;

  const id = account?.id;
  useEffect(() => {
    if (id === undefined) return;
    setKeepMail(true);
    setFailure(null);
  }, [id]);

  const disconnect = async (accountId: string) => {
    setBusy(true);
    setFailure(null);
    try {
      await api.accounts.disconnect(accountId, keeps);
      onDone();
    } catch (thrown) {
      setFailure(errorView(thrown));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Modal
      open={account !== null}
      title={already ? t('Delete the kept mail?') : t('Disconnect {{address}}?', { address: about?.address ?? '' })}
      okText={keeps ? t('Disconnect') : already ? t('Delete mail here') : t('Disconnect and delete mail here')}
      okButtonProps={{ danger: true }}
      confirmLoading={busy}
      cancelText={t('Cancel')}
      onCancel={onClose}
      onOk={() => id !== undefined && void disconnect(id)}
    >
      {about && (
        <Flex vertical gap="middle">
          {!already && (
            <Radio.Group value={keepMail} onChange={(event) => setKeepMail(event.target.value as boolean)}>
              <Flex vertical gap="small">
                <Radio value={true}>{t('Keep the mail here, read-only')}</Radio>
                <Radio value={false}>{t('Delete the mail here')}</Radio>
              </Flex>
            </Radio.Group>
          )}
          <div>
            <Typography.Text strong>{t('What is removed here')}</Typography.Text>
            <ul style={{ marginBlock: 4, paddingInlineStart: 20 }}>
              {!already && <li>{t('the permission to read and send, stored encrypted in NocoBase')}</li>}
              {!keeps && (
                <>
                  <li>
                    {t('{{number}} messages, with drafts that were not sent', {
                      number: format.format(about.stored),
                    })}
                  </li>
                  <li>{t('the signatures of this mailbox')}</li>
                </>
              )}
            </ul>
            <Typography.Text strong>{t('What stays')}</Typography.Text>
            <ul style={{ marginBlock: 4, paddingInlineStart: 20 }}>
              <li>{t('everything at Microsoft: no mail is deleted or changed in Outlook')}</li>
              {keeps && <li>{t('the mail fetched so far; only you can read it')}</li>}
            </ul>
          </div>
          {failure && <ErrorNotice view={failure} />}
        </Flex>
      )}
    </Modal>
  );
}
