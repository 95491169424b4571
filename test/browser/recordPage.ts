/** A collection with an address and files, and a page with its table, as an administrator builds them: made by API. */
import type { Demo } from '../../scripts/demo/start';
import type { Walk } from '../../scripts/demo/walk';
import { createPage } from '../../scripts/demo/walk/block';

const COLLECTION = 'customers';
const at = (collectionName: string, more: object = {}) => ({
  resourceSettings: { init: { dataSourceKey: 'main', collectionName, ...more } },
});

/** A model of a page, as the host stores it. */
export interface Model {
  use: string;
  stepParams?: object;
  subModels?: Record<string, Model | Model[]>;
}

/** The host wants each model to have an id of its own. */
function withIds(model: Model, uid: string): object {
  const { subModels = {}, ...rest } = model;
  const below = Object.entries(subModels).map(([key, one]) => [
    key,
    Array.isArray(one) ? one.map((each, index) => withIds(each, `${uid}${key}${index}`)) : withIds(one, `${uid}${key}`),
  ]);
  return { uid, ...rest, subModels: Object.fromEntries(below) as object };
}

const compose: Model = {
  use: 'MailSendActionModel',
  stepParams: { mailSend: { compose: { to: '{{ ctx.record.email }}', subject: 'Hello {{ ctx.record.name }}' } } },
};

const column = (collectionName: string, fieldPath: string): Model => ({
  use: 'TableColumnModel',
  stepParams: { fieldSettings: { init: { dataSourceKey: 'main', collectionName, fieldPath } } },
  subModels: { field: { use: 'DisplayTextFieldModel' } },
});

/** What "View" opens: the record with a button, and a table of mail. */
const popup: Model = {
  use: 'ChildPageModel',
  stepParams: { pageSettings: { general: { displayTitle: false, enableTabs: true } } },
  subModels: {
    tabs: [
      {
        use: 'ChildPageTabModel',
        stepParams: { pageTabSettings: { tab: { title: 'Details' } } },
        subModels: {
          grid: {
            use: 'BlockGridModel',
            subModels: {
              items: [
                {
                  use: 'DetailsBlockModel',
                  stepParams: at(COLLECTION, { filterByTk: '{{ctx.view.inputArgs.filterByTk}}' }),
                  subModels: { grid: { use: 'DetailsGridModel' }, actions: [compose] },
                },
                {
                  use: 'EmailTableBlockModel',
                  stepParams: at('mailMessages'),
                  subModels: { columns: [column('mailMessages', 'subject')] },
                },
              ],
            },
          },
        },
      },
    ],
  },
};

const table: Model = {
  use: 'TableBlockModel',
  stepParams: at(COLLECTION),
  subModels: {
    columns: [
      {
        use: 'TableActionsColumnModel',
        subModels: {
          actions: [
            {
              use: 'ViewActionModel',
              stepParams: { popupSettings: { openView: { collectionName: COLLECTION, dataSourceKey: 'main' } } },
              subModels: { page: popup },
            },
            compose,
          ],
        },
      },
      column(COLLECTION, 'name'),
    ],
  },
};

async function post<T>({ host }: Demo, token: string, action: string, body: object): Promise<T> {
  const { status, data } = await host.api<T>(action, { token, body });
  if (status !== 200) throw new Error(`${action} was answered with ${status}: ${JSON.stringify(data)}`);
  return data;
}

/** Makes the collection, with one customer who has a file. @param token of an administrator */
export async function createCustomers(demo: Demo, token: string, customer: { name: string; email: string }) {
  const text = (name: string) => ({ name, type: 'string', interface: 'input', uiSchema: { title: name } });
  const id = { name: 'id', type: 'bigInt', autoIncrement: true, primaryKey: true, allowNull: false };
  const files = { name: 'files', type: 'belongsToMany', interface: 'attachment', target: 'attachments' };
  const fields = [id, text('name'), text('email'), { ...files, uiSchema: { title: 'Contracts' } }];
  await post(demo, token, 'collections:create', { name: COLLECTION, title: 'Customers', titleField: 'name', fields });
  const form = new FormData();
  form.append('file', new Blob(['A contract.'], { type: 'text/plain' }), 'contract.txt');
  const file = await post<{ id: number }>(demo, token, 'attachments:create', form);
  await post(demo, token, `${COLLECTION}:create`, { ...customer, files: [{ id: file.id }] });
}

type Place = Pick<Walk, 'demo' | 'token' | 'runtime'>;

/** Puts blocks on the page that `createPage` made. */
export async function saveGrid({ demo, token, runtime }: Place, items: Model[]): Promise<void> {
  const grid = withIds({ use: 'BlockGridModel', subModels: { items } }, `blocks${runtime}`);
  await post(demo, token, 'flowModels:save', {
    ...grid,
    parentId: `mailpage${runtime}tab`,
    subKey: 'grid',
    subType: 'object',
  });
}

/** Makes the page of customers; `openPage` opens it. */
export async function createCustomersPage(place: Place): Promise<void> {
  await createPage(place);
  await saveGrid(place, [table]);
}
