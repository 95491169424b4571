import { pageAddress } from '../../lib/browser';
import type { Walk } from './index';

/** Makes an empty page in the menu and opens it. */
export async function openBlockPage({ page, demo, runtime, token }: Walk): Promise<void> {
  const title = `Mail on a page (${runtime})`;
  const schemaUid = `mailpage${runtime}`;
  const route = { type: 'flowPage', title, schemaUid, menuSchemaUid: `${schemaUid}menu`, enableTabs: false };
  const answer = await demo.host.api('desktopRoutes:create', {
    token,
    body: {
      ...route,
      children: [{ type: 'tabs', schemaUid: `${schemaUid}tab`, tabSchemaName: `${schemaUid}tabname`, hidden: true }],
    },
  });
  if (answer.status !== 200) throw new Error(`The page could not be created: ${answer.status}`);
  await page.goto(pageAddress(demo.host.origin, runtime, `/admin/${schemaUid}`));
}

/** Puts the Email table on the page that is open, as an administrator does in the UI editor. */
export async function addEmailTable({ page }: Walk): Promise<void> {
  const add = page.getByRole('button', { name: 'Add block' });
  if (!(await add.isVisible())) await page.keyboard.press('Control+Shift+U');
  await add.click();
  await page.getByRole('menuitem', { name: 'Email table' }).click();
  await page.locator('table tbody tr').nth(2).waitFor();
}
