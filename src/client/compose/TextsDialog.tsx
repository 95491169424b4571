/** Where signatures and templates are made, changed and removed. */
import React, { useCallback, useState } from 'react';
import { useFlowEngine } from '@nocobase/flow-engine';
import {
  Alert,
  Button,
  Checkbox,
  Empty,
  Flex,
  Form,
  Input,
  List,
  Modal,
  Popconfirm,
  Select,
  Skeleton,
  Tag,
  Typography,
  theme,
} from 'antd';
import type { SignatureView, TemplateView } from '../../shared/types';
import { errorView, useApi } from '../api';
import { ErrorNotice } from '../ErrorNotice';
import { useMail } from '../live';
import { useLoad } from '../load';
import { errorText, useT, type Translate } from '../locale';
import { RichEditor } from './RichEditor';
import { ShareSwitch } from './ShareSwitch';

interface TextsDialogProps {
  kind: 'signatures' | 'templates';
  /** The account that a new signature is for. */
  accountId: string;
  /** It has closed: the focus is back where it was. */
  onClosed: () => void;
}

interface Edited {
  id?: string;
  name: string;
  html: string;
  subject: string;
  accountId: string;
  isDefault: boolean;
}

export function TextsDialog({ kind, accountId, onClosed }: TextsDialogProps) {
  const t = useT();
  const api = useApi();
  const { token } = theme.useToken();
  const { context } = useFlowEngine();
  const { accounts } = useMail().state;
  const read = useCallback(
    (): Promise<(SignatureView | TemplateView)[]> =>
      kind === 'signatures' ? api.signatures.list() : api.templates.list(),
    [api, kind],
  );
  const { data, error, reload, set } = useLoad(read);
  const [open, setOpen] = useState(true);
  const [edited, setEdited] = useState<Edited | null>(null);
  /** As it was before it was edited. */
  const [begun, setBegun] = useState<Edited | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const signatures = kind === 'signatures';
  const fresh: Edited = { name: '', html: '', subject: '', accountId, isDefault: (data ?? []).length === 0 };

  const begin = (one: Edited) => {
    setFailure(null);
    setBegun(one);
    setEdited(one);
  };
  const leave = () => {
    if (!edited) return setOpen(false);
    if (JSON.stringify(edited) === JSON.stringify(begun)) return setEdited(null);
    context.modal.confirm({
      title: t('Throw these changes away?'),
      okText: t('Throw away'),
      okButtonProps: { danger: true },
      cancelText: t('Go back'),
      onOk: () => setEdited(null),
    });
  };

  const save = async (one: Edited) => {
    setBusy(true);
    setFailure(null);
    const { id, name, html, subject, isDefault } = one;
    try {
      if (signatures) await api.signatures.save({ accountId: one.accountId, name, html, isDefault }, id);
      else await api.templates.save({ name, subject, html }, id);
      setEdited(null);
      await reload();
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setBusy(false);
    }
  };
  const remove = (id: string) =>
    (signatures ? api.signatures.remove(id) : api.templates.remove(id)).then(reload, (thrown: unknown) => {
      context.message.error(errorText(t, errorView(thrown)).sentence);
    });
  const addressOf = (id: string) => accounts.find((account) => account.id === id)?.address ?? '';

  return (
    <Modal
      open={open}
      width={640}
      title={titleOf(t, kind, edited)}
      onCancel={leave}
      afterClose={onClosed}
      okText={t('Save')}
      cancelText={t('Go back')}
      confirmLoading={busy}
      okButtonProps={{ disabled: !edited?.name.trim() }}
      onOk={() => edited && void save(edited)}
      footer={edited ? undefined : null}
      maskClosable={!edited}
    >
      {edited ? (
        <Form layout="vertical" component="div">
          <Form.Item label={t('Name')}>
            <Input
              autoFocus
              aria-label={t('Name')}
              maxLength={100}
              value={edited.name}
              onChange={({ target }) => setEdited({ ...edited, name: target.value })}
            />
          </Form.Item>
          {signatures ? (
            <Form.Item label={t('Account')}>
              <Select
                aria-label={t('Account')}
                value={edited.accountId}
                onChange={(value: string) => setEdited({ ...edited, accountId: value })}
                options={accounts.map(({ id, address }) => ({ value: id, label: address }))}
              />
            </Form.Item>
          ) : (
            <Form.Item label={t('Subject')}>
              <Input
                aria-label={t('Subject')}
                maxLength={900}
                value={edited.subject}
                onChange={({ target }) => setEdited({ ...edited, subject: target.value })}
              />
            </Form.Item>
          )}
          <Form.Item label={t('Text')}>
            <div
              style={{
                border: `1px solid ${token.colorBorder}`,
                borderRadius: token.borderRadius,
                maxHeight: '40vh',
                overflowY: 'auto',
              }}
            >
              <RichEditor
                value={edited.html}
                onChange={(html) => setEdited((before) => before && { ...before, html })}
                onImage={signatures ? smallImage : undefined}
              />
            </div>
          </Form.Item>
          {signatures ? (
            <Checkbox
              checked={edited.isDefault}
              onChange={({ target }) => setEdited({ ...edited, isDefault: target.checked })}
            >
              {t('Use it for every new mail of this account')}
            </Checkbox>
          ) : (
            <Alert
              type="info"
              message={t('Variables: {{names}}. Words after | stand where there is no value.', {
                names: '{{ recipient.name | … }}, {{ user.name }}, {{ user.email }}, {{ record.… }}',
              })}
            />
          )}
          {failure !== null && <ErrorNotice view={errorView(failure)} />}
        </Form>
      ) : error && !data ? (
        <ErrorNotice view={error} onRetry={() => void reload()} />
      ) : !data ? (
        <Skeleton active />
      ) : (
        <Flex vertical gap="small">
          {data.length === 0 ? (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description={signatures ? t('No signatures yet') : t('No templates yet')}
            />
          ) : (
            <List
              dataSource={data}
              rowKey="id"
              renderItem={(one) => {
                const own = !('own' in one) || one.own;
                const account = 'accountId' in one ? addressOf(one.accountId) : '';
                return (
                  <List.Item>
                    <Flex gap="small" align="center" wrap style={{ width: '100%' }}>
                      {/* On a small screen what can be done goes below a name that would be left too little room. */}
                      <Flex vertical style={{ flex: '1 1 160px', minWidth: 0 }}>
                        <Flex gap="small" align="center">
                          <Typography.Text ellipsis title={one.name}>
                            {one.name}
                          </Typography.Text>
                          {'isDefault' in one && one.isDefault && (
                            <Tag style={{ flex: 'none', marginInlineEnd: 0 }}>{t('Default')}</Tag>
                          )}
                        </Flex>
                        <Typography.Text type="secondary" ellipsis>
                          {account || ('subject' in one ? one.subject : '')}
                        </Typography.Text>
                      </Flex>
                      <Flex gap="small" align="center" style={{ marginInlineStart: 'auto' }}>
                        {'shared' in one && (
                          <ShareSwitch
                            template={one}
                            onChanged={(now) => set(data.map((other) => (other.id === now.id ? now : other)))}
                          />
                        )}
                        {own && (
                          <>
                            <Button size="small" onClick={() => begin({ ...fresh, ...one })}>
                              {t('Edit')}
                            </Button>
                            <Popconfirm
                              title={t('Delete “{{name}}”?', { name: one.name })}
                              okText={t('Delete')}
                              cancelText={t('Go back')}
                              onConfirm={() => void remove(one.id)}
                            >
                              <Button size="small" type="text" danger>
                                {t('Delete')}
                              </Button>
                            </Popconfirm>
                          </>
                        )}
                      </Flex>
                    </Flex>
                  </List.Item>
                );
              }}
            />
          )}
          <Button type="primary" onClick={() => begin(fresh)} style={{ alignSelf: 'flex-start' }}>
            {signatures ? t('New signature') : t('New template')}
          </Button>
        </Flex>
      )}
    </Modal>
  );
}

function titleOf(t: Translate, kind: TextsDialogProps['kind'], edited: Edited | null): string {
  if (!edited) return kind === 'signatures' ? t('Signatures') : t('Templates');
  if (edited.id) return kind === 'signatures' ? t('Edit signature') : t('Edit template');
  return kind === 'signatures' ? t('New signature') : t('New template');
}

/** Pictures of a signature lie in it: they are small, and every mail carries them. Octets. */
const LARGEST_PICTURE = 100_000;

function smallImage(file: File): Promise<string | null> {
  if (file.size > LARGEST_PICTURE) return Promise.resolve(null);
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(file);
  });
}
