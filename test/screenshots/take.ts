import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/chromium.ts';
import { type CapturedPage, everyPage } from './pages.ts';
import { type RunningStage, startStage, type Who } from './stage.ts';

/** `npm run screenshots`: the README's pictures, or with `--all` every page in both themes and at both widths. */

type Theme = 'light' | 'dark';
interface Look {
  theme: Theme;
  width: number;
  height: number;
  as?: Who;
}

async function contextFor(browser: Browser, { address, keys }: RunningStage, look: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.theme,
    locale: 'en-US',
    timezoneId: 'America/Chicago',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(120_000);
  if (!look.as) return context;
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('textbox', { name: 'API key' }).fill(keys[look.as]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('banner').waitFor();
  await page.close();
  return context;
}

/** Waits until what the page says stays the same: its lists have come. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  let before = '';
  for (let looks = 0; looks < 30; looks += 1) {
    const text = String(await page.evaluate('document.body.innerText'));
    if (text === before) return;
    before = text;
    await page.waitForTimeout(500);
  }
}

async function capture(page: Page, path: string, fullPage: boolean): Promise<void> {
  // The header is fixed: further down it would cover what is below it.
  await page.evaluate('window.scrollTo(0, 0)');
  await save(page, path, fullPage);
}

async function save(page: Page, path: string, fullPage: boolean): Promise<void> {
  await page.screenshot({ path, fullPage, animations: 'disabled' });
  console.log(path);
}

async function captureAll(browser: Browser, stage: RunningStage, folder: string): Promise<void> {
  const pages = await everyPage(stage);
  const looks = (['light', 'dark'] as const).flatMap((theme) =>
    [1280, 390].map((width) => ({ theme, width, height: width === 390 ? 844 : 900 })),
  );
  for (const look of looks) {
    for (const as of ['olivia', 'lena', undefined] as const) {
      const context = await contextFor(browser, stage, { ...look, as });
      for (const one of pages.filter((page: CapturedPage) => page.as === as)) {
        const page = await context.newPage();
        await page.goto(`${stage.address}${one.path}`);
        await settle(page);
        await capture(page, join(folder, `${one.name}-${look.width}-${look.theme}.png`), true);
        await page.close();
      }
      await context.close();
    }
  }
}

/** The two pictures of the README. */
async function captureForReadme(browser: Browser, stage: RunningStage, folder: string): Promise<void> {
  const context = await contextFor(browser, stage, { theme: 'light', width: 1280, height: 800, as: 'olivia' });
  const page = await context.newPage();
  await page.goto(`${stage.address}/work`);
  await settle(page);
  await capture(page, join(folder, 'console.png'), false);

  const { cancellations } = await stage.ask<{
    cancellations: { integrations: { integration: string; webUi: string }[] }[];
  }>('/v1/cancellations?account=D-1703&limit=1');
  const { webUi } = cancellations[0]!.integrations.find(({ integration }) => integration === 'dms/cdk')!;
  await page.goto(new URL(webUi, stage.address).href);
  await page.getByText('cancelCdk').first().waitFor();
  // The name of a step, which the Web UI shows only once payloads are decoded.
  await page.getByText('Clean up').first().waitFor();
  // Its timeline is below what a page of the usual height shows.
  await page.setViewportSize({ width: 1280, height: 1500 });
  await page.waitForTimeout(2_000);
  await save(page, join(folder, 'web-ui.png'), false);
}

const readmeFolder = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const program = new Command('screenshots')
  .description('Takes pictures of the console and the Web UI, on a fresh npm start on which the demo was played')
  .option('--all <folder>', 'every page, in both themes and at both widths, into this folder');
const { all } = program.parse().opts<{ all?: string }>();

const folder = all ?? readmeFolder;
mkdirSync(folder, { recursive: true });
const stage = await startStage();
const browser = await openBrowser();
try {
  await (all ? captureAll : captureForReadme)(browser, stage, folder);
} finally {
  await browser.close();
  await stage.close();
}
