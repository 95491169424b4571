/** Says that images of other servers were left out, and lets the reader load them. */
import React from 'react';
import { Alert, Button, Flex, Tooltip } from 'antd';
import { useFlowEngine } from '@nocobase/flow-engine';
import type { MessageView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { errorText, useT } from '../locale';

interface RemoteImagesProps {
  message: MessageView;
  count: number;
  loading: boolean;
  onLoad: () => void;
}

export function RemoteImages({ message, count, loading, onLoad }: RemoteImagesProps) {
  const t = useT();
  const api = useApi();
  const { context } = useFlowEngine();
  const always = () => {
    onLoad();
    api.messages.trustSender(message.id).catch((thrown: unknown) => {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    });
  };
  return (
    <Alert
      type="info"
      style={{ marginBottom: 8 }}
      message={
        <Tooltip title={t('Loading images tells the sender that you read the message.')}>
          {count === 1 ? t('One image not loaded') : t('{{count}} images not loaded', { count })}
        </Tooltip>
      }
      action={
        <Flex wrap gap="small" justify="flex-end">
          <Button size="small" loading={loading} onClick={onLoad}>
            {t('Load once')}
          </Button>
          {message.from?.address && (
            <Button size="small" onClick={always}>
              {t('Always for this sender')}
            </Button>
          )}
        </Flex>
      }
    />
  );
}
