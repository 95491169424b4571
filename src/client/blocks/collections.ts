/** What the browser knows of our collections: plugin.tsx adds these to the main data source after each (re)load of it. */
import { MESSAGE_FIELDS, type MessageField } from '../../shared/messageFields';
import { tExpr } from '../locale';

/** Name of the collection that email blocks are made of. */
export const MAIL_BLOCK_COLLECTION = 'mailMessages';

const COMPONENTS: Record<MessageField['interface'], string> = {
  input: 'Input',
  textarea: 'Input.TextArea',
  email: 'Input',
  checkbox: 'Checkbox',
  datetime: 'DatePicker',
  id: 'InputNumber',
  select: 'Select',
};

function clientField({ name, type, interface: shown, title, internal, filterable, sortable, options }: MessageField) {
  const values = options?.map((value) => ({ value, label: tExpr(`folderType.${value}`) }));
  return {
    name,
    type,
    interface: internal && name !== 'id' ? undefined : shown,
    ...(!filterable && { filterable: { operators: [] } }),
    sortable,
    readonly: true,
    ...(name === 'id' && { primaryKey: true }),
    uiSchema: {
      type: type === 'boolean' ? 'boolean' : 'string',
      title: tExpr(title),
      'x-component': COMPONENTS[shown],
      'x-component-props': shown === 'datetime' ? { showTime: true } : {},
      'x-read-pretty': true,
      ...(values && { enum: values }),
    },
  };
}

/** Messages as blocks see them: exactly the fields that `mailMessages:list` answers with. */
export const clientCollections: { name: string }[] = [
  {
    name: MAIL_BLOCK_COLLECTION,
    title: tExpr('Email messages'),
    filterTargetKey: 'id',
    titleField: 'subject',
    // Read only: what changes a message are our own actions.
    availableActions: ['list', 'get'],
    fields: MESSAGE_FIELDS.map(clientField),
  } as { name: string },
];
