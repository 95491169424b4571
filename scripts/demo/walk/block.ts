import { pageAddress } from '../../lib/browser';
import type { Walk } from './index';

const schemaUid = 'mailonapage';
const title = 'Mail on a page';

/**
 * Makes an empty page in the menu. It must first be opened in the legacy client: the modern one does not store the root
 * of a page that was made by API.
 */
export async function createPage({ demo, token }: Walk): Promise<void> {
  const tabs = { type: 'tabs', schemaUid: `${schemaUid}tab`, tabSchemaName: `${schemaUid}tabname`, hidden: true };
  const page = { type: 'flowPage', title, schemaUid, menuSchemaUid: `${schemaUid}menu`, enableTabs: false };
  const answer = await demo.host.api('desktopRoutes:create', { token, body: { ...page, children: [tabs] } });
  if (answer.status !== 200) throw new Error(`The page could not be created: ${answer.status}`);
}

/** Opens the page that `createPage` made. */
export async function openPage({ page, demo, runtime }: Walk): Promise<void> {
  await page.goto(pageAddress(demo.host.origin, runtime, `/admin/${schemaUid}`));
  await page.getByText(title).last().waitFor();
}

/** Puts the Email table on the page that is open, as an administrator does in the UI editor. */
export async function addEmailTable({ page }: Walk): Promise<void> {
  const editor = page.getByTestId('ui-editor-button');
  await editor.click();
  await page.getByRole('button', { name: 'Add block' }).click();
  await page.getByRole('menuitem', { name: 'Email table' }).hover();
  await page.getByRole('menuitem', { name: 'Email messages' }).click();
  await page.locator('.ant-table').first().waitFor();
  await editor.click();
}

/** Waits until the table on the page shows mail, and returns how many rows there are. */
export async function waitForRows({ page }: Walk): Promise<number> {
  const rows = page.locator('.ant-table-tbody tr.ant-table-row');
  await rows.nth(4).waitFor();
  return rows.count();
}
