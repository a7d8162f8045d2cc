import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { consoleOf, signedInPage } from './browser.ts';
import { openBrowser } from './chromium.ts';
import { type ServiceOptions, startService } from './service.ts';

interface ConsoleOptions extends ServiceOptions {
  /** The API has the sandbox's routes, as in `npm start`. */
  withSandbox?: boolean;
  /** Pages may complain in the browser's own log, such as of a connection that a test has cut. */
  mayComplain?: boolean;
}

/** A service with its console and a browser, for the tests of one file; each test ends with what it has opened. */
export async function consoleForFile({ withSandbox, mayComplain, ...options }: ConsoleOptions = {}) {
  const service = await startService(options);
  afterAll(() => service.close());
  const { url, token } = service.sandbox.cst;
  const serve = (port?: number) => consoleOf(service, port, withSandbox ? { sandbox: { url, token } } : {});
  const web = await serve();
  afterAll(() => web.close());
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  const contexts: BrowserContext[] = [];
  let complaints: string[][] = [];
  afterEach(async () => {
    const all = complaints.flat();
    complaints = [];
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    if (!mayComplain) expect(all).toEqual([]);
  });
  return {
    service,
    /** What is served now, also after `withoutApi`. */
    web,
    /** A page of a signed-in person. @param address of another console than this file's */
    async signIn(key: string, path = '/', width?: number, address = web.address): Promise<Page> {
      const opened = await signedInPage(browser, { address, key, path, width });
      contexts.push(opened.page.context());
      complaints.push(opened.complaints);
      return opened.page;
    },
    /** A browser of its own, in which nobody has signed in. */
    async newContext(more?: BrowserContextOptions): Promise<BrowserContext> {
      const context = await browser.newContext(more);
      context.setDefaultTimeout(120_000);
      contexts.push(context);
      return context;
    },
    /** Stops the API while something happens, then starts it again at the same address. */
    async withoutApi(happens: () => Promise<void>) {
      await web.close();
      try {
        await happens();
      } finally {
        Object.assign(web, await serve(Number(new URL(web.address).port)));
      }
    },
  };
}

export const section = (page: Page, name: string) => page.getByRole('region', { name });

/** Waits until the texts are there. */
export async function shows(page: Page, ...texts: (string | RegExp)[]): Promise<void> {
  for (const text of texts) await page.getByText(text).first().waitFor();
}
