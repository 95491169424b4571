import type { MailContext } from '../../../src/server/context';
import { createTestApp, quietMail, type TestApp, type TestUser } from '../../harness';

/** A host with orders, their files, a collection of papers, and people who may read some of it. */
export interface RecordWorld {
  host: TestApp;
  mail: MailContext;
  root: TestUser;
  /** Reads orders of the north, all fields but `margin` and `hidden files`, and no papers. */
  ann: TestUser;
  /** Reads all orders and papers. */
  ben: TestUser;
  /** Reads nothing of it. */
  eve: TestUser;
  accounts: Record<string, string>;
  call(user: TestUser, action: string, values?: object, id?: string): Promise<Answer>;
  /** Uploads to a file collection, as a browser does. */
  upload(user: TestUser, collection: string, name: string, content: Buffer | string): Promise<{ id: string }>;
  /** A record, created by the administrator. */
  create(collection: string, values: object): Promise<string>;
  draft(user: TestUser): Promise<string>;
  stop(): Promise<void>;
}

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the action answers
  data: any;
  code: string | undefined;
}

const text = (name: string, more: object = {}) => ({ name, type: 'string', interface: 'input', ...more });
const files = (name: string) => ({ name, type: 'belongsToMany', interface: 'attachment', target: 'attachments' });

/** Fields of orders that the role `north` may read. */
const READABLE = [
  'number',
  'region',
  'status',
  'total',
  'due',
  'paid',
  'files',
  'paper',
  'link',
  'customer',
  'notes',
  'story',
  'meeting',
];

export async function startRecordWorld(): Promise<RecordWorld> {
  const host = await createTestApp();
  const mail = await quietMail(host);
  const root = await host.root();
  const post = async (path: string, values: object) => {
    const { status, body, text: answer } = await root.agent.post(`/api/${path}`).send(values);
    if (status !== 200) throw new Error(`${path}: ${status} ${answer}`);
    return body.data as { id: string | number };
  };
  const id = { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true, allowNull: false };
  const made = { createdAt: true, createdBy: true, updatedAt: true, sortable: false };
  await post('collections:create', {
    ...{ name: 'papers', title: 'Papers', template: 'file', ...made },
    fields: ['title', 'filename', 'extname', 'mimetype', 'path', 'url', 'preview']
      .map((name) => text(name))
      .concat([
        { name: 'size', type: 'integer', interface: 'number' },
        { name: 'meta', type: 'json', interface: 'json' },
      ]),
  });
  await post('collections:create', {
    ...{ name: 'customers', title: 'Customers', titleField: 'name', ...made },
    fields: [id, text('name'), text('secret')],
  });
  const status = { enum: [{ value: 'open', label: 'Still open' }] };
  await post('collections:create', {
    ...{ name: 'orders', title: 'Orders', ...made },
    fields: [
      ...[id, text('number'), text('region'), text('margin'), text('notes'), text('key', { hidden: true })],
      text('status', { interface: 'select', uiSchema: status }),
      { name: 'total', type: 'double', interface: 'number' },
      { name: 'due', type: 'dateOnly', interface: 'date' },
      { name: 'shipped', type: 'date', interface: 'datetime' },
      { name: 'meeting', type: 'datetimeNoTz', interface: 'datetimeNoTz' },
      { name: 'story', type: 'text', interface: 'richText' },
      { name: 'paid', type: 'boolean', interface: 'checkbox' },
      ...[files('files'), files('hiddenFiles')],
      { name: 'paper', type: 'belongsTo', interface: 'm2o', target: 'papers', foreignKey: 'paperId' },
      text('link', { interface: 'attachmentURL', target: 'papers', targetKey: 'id' }),
      { name: 'customer', type: 'belongsTo', interface: 'm2o', target: 'customers', foreignKey: 'customerId' },
      { name: 'contacts', type: 'hasMany', interface: 'o2m', target: 'customers', foreignKey: 'orderId' },
    ],
  });
  await post('collections:create', {
    ...{ name: 'tickets', title: 'Tickets', ...made },
    fields: [{ name: 'id', type: 'uuid', primaryKey: true, allowNull: false }, text('name')],
  });
  await host.createRole({ name: 'north' });
  await host.createRole({ name: 'all', strategy: { actions: ['view'] } });
  await host.createRole({ name: 'none' });
  const { acl } = host.app;
  acl.getRole('north')?.grantAction('orders:view', { fields: [...READABLE], filter: { region: 'north' } });
  acl.getRole('north')?.grantAction('customers:view', { fields: ['name'] });
  const ann = await host.createUser({ username: 'ann', roles: ['north'] });
  const ben = await host.createUser({ username: 'ben', roles: ['all'] });
  const eve = await host.createUser({ username: 'eve', roles: ['none'] });
  const accounts: Record<string, string> = {};
  for (const { id: userId, username } of [ann, ben, eve, root]) {
    accounts[username] = mail.newId();
    const row = { id: accounts[username], userId, state: 'paused', address: `${username}@x.example` };
    await mail.db
      .getCollection('mailAccounts')
      .model.create(
        { ...row, homeAccountId: username, credentialsEpoch: 0, largestMessage: 4_000_000 },
        { hooks: false },
      );
  }
  const call = async (user: TestUser, action: string, values: object = {}, rowId = ''): Promise<Answer> => {
    const { status: code, body } = await user.agent
      .post(`/api/${action}${rowId && `?filterByTk=${rowId}`}`)
      .send(values);
    return { status: code, data: body.data, code: body.errors?.[0]?.code };
  };
  return {
    ...{ host, mail, root, ann, ben, eve, accounts, call },
    async upload(user, collection, name, content) {
      const { status: code, body } = await user.agent
        .post(`/api/${collection}:create`)
        .attach('file', Buffer.from(content), { filename: name, contentType: 'application/octet-stream' });
      if (code !== 200) throw new Error(`Upload: ${code} ${JSON.stringify(body)}`);
      return { id: String(body.data.id) };
    },
    create: async (collection, values) => String((await post(`${collection}:create`, values)).id),
    async draft(user) {
      const mailInput = { accountId: accounts[user.username], to: [], subject: 'x', html: null, text: 'x' };
      return (await call(user, 'mailOutbox:save', mailInput)).data.id as string;
    },
    stop: () => host.stop(),
  };
}
