import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { consoleOf, openBrowser, signedInPage } from './browser.ts';
import { type ServiceOptions, startService } from './service.ts';

/** A service with its console and a browser, for the tests of one file; a page of theirs must complain about nothing. */
export async function consoleForFile(options: ServiceOptions = {}) {
  const service = await startService(options);
  afterAll(() => service.close());
  let web = await consoleOf(service);
  afterAll(() => web.close());
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  let pages: Awaited<ReturnType<typeof signedInPage>>[] = [];
  afterEach(async () => {
    const complaints = pages.flatMap((page) => page.complaints);
    await Promise.all(pages.map(({ page }) => page.context().close()));
    pages = [];
    expect(complaints).toEqual([]);
  });
  const signIn = async (key: string, path = '/', width?: number): Promise<Page> => {
    const opened = await signedInPage(browser, { address: web.address, key, path, width });
    pages.push(opened);
    return opened.page;
  };
  return {
    service,
    web,
    signIn,
    /** Stops the API while something happens, then starts it again at the same address. */
    async withoutApi(happens: () => Promise<void>) {
      await web.close();
      await happens();
      web = await consoleOf(service, Number(new URL(web.address).port));
    },
  };
}

export const section = (page: Page, name: string) => page.getByRole('region', { name });

/** Waits until the texts are there. */
export async function shows(page: Page, ...texts: (string | RegExp)[]): Promise<void> {
  for (const text of texts) await page.getByText(text).first().waitFor();
}
