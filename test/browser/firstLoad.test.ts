import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { consoleForFile } from '../support/consoleForFile.ts';

const { web, signIn, newContext } = await consoleForFile({ withoutWorker: true });

/** What the page's first load may need of JavaScript, gzipped. */
const mostBytes = 250_000;

/** Loads /work in a browser that has nothing of the console yet, signed in as somebody who works with it. */
async function firstLoad(look: (page: Page) => void): Promise<Page> {
  const page = await signIn(web.keys.lena, '/work');
  const cookies = await page.context().cookies();
  await page.context().close();
  const context = await newContext();
  await context.addCookies(cookies);
  const fresh = await context.newPage();
  look(fresh);
  await fresh.goto(`${web.address}/work`);
  await fresh.getByRole('heading', { name: 'Work', level: 1 }).waitFor();
  return fresh;
}

it(`the first load of /work needs at most ${mostBytes / 1_000} kB of JavaScript, gzipped`, async () => {
  const scripts: Promise<{ name: string; bytes: number }>[] = [];
  const page = await firstLoad((one) =>
    one.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      const name = new URL(response.url()).pathname.replace('/assets/', '');
      scripts.push(response.body().then((body) => ({ name, bytes: gzipSync(body).length })));
    }),
  );
  const loaded = (await Promise.all(scripts)).sort((a, b) => b.bytes - a.bytes);
  await page.context().close();
  expect(loaded.length).toBeGreaterThan(0);
  const bytes = loaded.reduce((sum, one) => sum + one.bytes, 0);
  const largest = loaded.slice(0, 5).map((one) => `${one.name} ${Math.round(one.bytes / 1_000)} kB`);
  const advice = `load what /work does not need at first by import(): ${largest.join(', ')}`;
  expect(bytes, advice).toBeLessThanOrEqual(mostBytes);
});

it('a page that was loaded before takes its files from the browser, and they came compressed', async () => {
  const responses: Promise<Record<string, string>>[] = [];
  const page = await firstLoad((one) => {
    one.on('response', (response) => {
      if (response.request().resourceType() === 'script') responses.push(response.allHeaders());
    });
  });
  const all = await Promise.all(responses);
  for (const headers of all.filter((one) => Number(one['content-length']) > 1_024))
    expect(headers).toMatchObject({
      'content-encoding': expect.stringMatching(/^(br|gzip)$/),
      'cache-control': expect.stringContaining('immutable'),
    });
  expect(all.some((headers) => headers['content-encoding'])).toBe(true);
  let asked = 0;
  const count = () => {
    asked += 1;
  };
  web.app.server.on('request', ({ url }: { url?: string }) => url?.startsWith('/assets/') && count());
  await page.reload();
  await page.getByRole('heading', { name: 'Work', level: 1 }).waitFor();
  expect(asked).toBe(0);
  await page.context().close();
});
