import { expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { consoleForFile } from '../support/consoleForFile.ts';

/** What an open page does when the browser has no network. */

const { service, web, signIn } = await consoleForFile({ mayComplain: true });

it('a page that cannot load the search stays, and finds once the network is back', async () => {
  const page = await signIn(web.keys.olivia, '/dealers');
  await page.getByRole('heading', { level: 1, name: 'Dealers' }).waitFor();
  await page.context().setOffline(true);
  const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('/assets/Notifications'));
  await page.keyboard.press('Control+k');
  await failed;
  await page.getByRole('heading', { level: 1, name: 'Dealers' }).waitFor();
  await page.context().setOffline(false);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find' }).waitFor();
});

const { key } = await createKey(service.db, {
  name: 'starter',
  scopes: ['cancellations:write', 'read'],
  personId: 'olivia',
  requestsPerMinute: 10_000,
});

it('a start that is pressed without a network fails at once, and is not sent later', async () => {
  const page = await signIn(key, '/cancellations/new?account=D-1104');
  await page.getByRole('button', { name: 'Start the cancellation …' }).click();
  const dialog = page.getByRole('dialog');
  const start = dialog.getByRole('button', { name: 'Start the cancellation' });
  await expect.poll(() => start.isEnabled()).toBe(true);
  await page.context().setOffline(true);
  await start.click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByRole('button', { name: 'Back' }).click();
  await page.context().setOffline(false);
  // What was kept back would be sent before this.
  const list = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/cancellations');
  await page.getByRole('link', { name: /^Cancellations/ }).click();
  expect((await list).status()).toBe(200);
  const { body } = await web.get<{ cancellations: unknown[] }>('olivia', '/v1/cancellations?account=D-1104');
  expect(body.cancellations).toEqual([]);
});
