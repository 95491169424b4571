import { pageAddress, type Runtime } from '../../lib/browser';
import type { Walk } from './index';

const pageUid = (runtime: Runtime) => `mailpage${runtime}`;
const pageTitle = (runtime: Runtime) => `Mail on a page, ${runtime}`;

/** Makes an empty page in the menu, with the two requests of the client's own "Add page". */
export async function createPage({ demo, token, runtime }: Pick<Walk, 'demo' | 'token' | 'runtime'>): Promise<void> {
  const schemaUid = pageUid(runtime);
  const title = pageTitle(runtime);
  const tabs = { type: 'tabs', schemaUid: `${schemaUid}tab`, tabSchemaName: `${schemaUid}tabname`, hidden: true };
  const route = { type: 'flowPage', title, schemaUid, menuSchemaUid: `${schemaUid}menu`, enableTabs: false };
  const schema = { type: 'void', 'x-component': 'FlowRoute', 'x-uid': schemaUid };
  for (const [action, body] of [
    ['desktopRoutes:create', { ...route, children: [tabs] }],
    ['uiSchemas:insert', schema],
  ] as const) {
    const { status } = await demo.host.api(action, { token, body });
    if (status !== 200) throw new Error(`${action} was answered with ${status}`);
  }
}

/** Opens the page that `createPage` made. */
export async function openPage({ page, demo, runtime }: Walk): Promise<void> {
  await page.goto(pageAddress(demo.host.origin, runtime, `/admin/${pageUid(runtime)}`));
  await page.getByText(pageTitle(runtime)).last().waitFor();
}

const uiEditor = (page: Walk['page']) => page.getByTestId('ui-editor-button');

/**
 * Opens the page with its menu of blocks, as an administrator does. The UI editor must be on before the page is opened for the
 * first time: only then does the host store the page's frame, without which blocks are gone after a reload.
 */
export async function openMenuOfBlocks({ page, demo, runtime }: Walk): Promise<void> {
  await page.goto(pageAddress(demo.host.origin, runtime, '/admin/mail'));
  await uiEditor(page).click();
  await page.getByText('Add menu item').waitFor();
  await page.getByRole('menuitem', { name: pageTitle(runtime) }).click();
  await page.getByRole('button', { name: 'Add block' }).click();
}

/** Puts the Email table on the page. */
export async function addEmailTable(walk: Walk): Promise<void> {
  const { page } = walk;
  await openMenuOfBlocks(walk);
  await page.getByRole('menuitem', { name: 'Email table' }).hover();
  await page.getByRole('menuitem', { name: 'Email messages' }).click();
  await page.locator('.ant-table').first().waitFor();
  // The host stores the block and the page's frame one after the other, and says nothing when it is done.
  await page.waitForLoadState('networkidle');
  await uiEditor(page).click();
}

/** Waits until the table on the page shows mail, and returns how many rows there are. */
export async function waitForRows({ page }: Walk): Promise<number> {
  const rows = page.locator('.ant-table-tbody tr.ant-table-row');
  await rows.nth(4).waitFor();
  return rows.count();
}
