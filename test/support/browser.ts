import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { ApiOptions } from '../../api/server/app.ts';
import { freshConsole } from '../../embedded/console.ts';
import { apiOf } from './api.ts';
import type { TestService } from './service.ts';

/** The API with the built console. @param port one of its own when absent */
export async function consoleOf(service: TestService, port = 0, more: Partial<ApiOptions> = {}) {
  const built = await freshConsole(() => {});
  const api = await apiOf(service, { console: built, ...more });
  await api.app.listen({ host: '127.0.0.1', port });
  const address = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
  return { ...api, address };
}

/** A signed-in page, and what its console complained about. */
export async function signedInPage(
  browser: Browser,
  { address, key, path = '/', width = 1280 }: { address: string; key: string; path?: string; width?: number },
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  context.setDefaultTimeout(120_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What the API refuses, or cannot answer in time or at all, is shown to the person; the browser notes it besides.
    if (message.type() === 'error' && !/status of (4\d\d|503)|ERR_CONNECTION_REFUSED/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(`${address}${path}`);
  await page.getByRole('textbox', { name: 'API key' }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('banner').waitFor();
  return { page, complaints };
}

/** Keeps a picture of the page where `SCREENSHOTS` names a folder, to be looked at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
