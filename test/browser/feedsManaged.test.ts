import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { lockName } from '../../db/locks.ts';
import { saveProgress } from '../../db/queries/feeds/runs.ts';
import { contactsLock } from '../../db/queries/feeds/scope.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { feedOf } from '../support/feeds.ts';
import { proResponse } from '../support/onboardings.ts';

/** What people do with a feed beside its daily run. */
const { service, web, signIn } = await consoleForFile({ bulkWorker: true, secondLookMs: 100, onboarding: proResponse });

const file = [
  'DealNumber,SoldDate,Amount.Financed,CustomerFirst,CustomerLast,Email',
  '1,1/5/2026,,Lee,Example,lee@example.com',
  '2,soon,,Kim,Example,kim@example.com',
].join('\r\n');

/** In the page: the sidebar has gone, or has come. */
const stillness = `new Promise(requestAnimationFrame)
  .then(() => Promise.allSettled(document.getAnimations().map(({ finished, effect }) =>
    effect.getTiming().iterations === Infinity || finished)))`;

async function pictures(page: Page, name: string): Promise<void> {
  await picture(page, name);
  await page.setViewportSize({ width: 390, height: 900 });
  await page.evaluate(stillness);
  await picture(page, `${name}-phone`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await page.setViewportSize({ width: 1280, height: 900 });
}

const choose = async (page: Page, action: string) => {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
};

it('a folder of earlier files is backfilled from the feed’s page, and its result is seen', async () => {
  const feed = await feedOf(service, { account: 'D-1104', dealerName: 'Pelican Bay Nissan', maxRejectedShare: 0.9 });
  const earlier = `${feed.id}/2024/`;
  mkdirSync(join(service.sandbox.sftp.folder, earlier));
  writeFileSync(join(service.sandbox.sftp.folder, earlier, 'a_SL.csv'), file);
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  await choose(page, 'Backfill a folder …');
  const dialog = page.getByRole('dialog', { name: 'Backfill a folder' });
  expect(await dialog.getByLabel('Folder').inputValue()).toBe(feed.row.directory);
  await dialog.getByLabel('Folder').fill('../outside/');
  await dialog.getByRole('button', { name: 'Backfill' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/^Folder /)
    .waitFor();
  await pictures(page, 'feed-backfill');
  await dialog.getByLabel('Folder').fill(earlier);
  await dialog.getByRole('button', { name: 'Backfill' }).click();
  await page.getByRole('heading', { level: 1, name: 'Backfill' }).waitFor();
  await shows(page, '2 rows: 1 new, 1 rejected; 0 contacts found, 1 created', `${earlier}a_SL.csv`);
  await shows(page, /requested by Finn Feeds/);
  await pictures(page, 'feed-backfilled');
  await page.getByRole('link', { name: 'Feed of Pelican Bay Nissan (D-1104)' }).click();
  const run = section(page, 'Runs').getByRole('listitem').filter({ hasText: 'Backfill' });
  await run.getByText('imported', { exact: true }).waitFor();
});

const endsOn = `${new Date().getUTCFullYear() + 1}-01-31`;

it('an end is set by the contract, said on the feed’s page, and withdrawn', async () => {
  const feed = await feedOf(service, { account: 'D-1105', dealerName: 'Redwood Hyundai' });
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  await choose(page, 'End the feed …');
  const dialog = page.getByRole('dialog', { name: 'End the feed' });
  expect(await dialog.getByRole('button', { name: 'End it on this date' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Contract').fill('C-1105, section 7');
  await dialog.getByLabel('Ends on').fill('2020-01-31');
  await dialog.getByRole('button', { name: 'End it on this date' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/^Ends on /)
    .waitFor();
  await pictures(page, 'feed-end');
  await dialog.getByLabel('Ends on').fill(endsOn);
  await dialog.getByRole('button', { name: 'End it on this date' }).click();
  await shows(page, `Ends on ${endsOn}`, /By the contract C-1105, section 7, requested by Finn Feeds/);
  expect(await feed.current()).toMatchObject({ state: 'active', endsOn });
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Withdraw the end' }).waitFor();
  await pictures(page, 'feed-ends');
  await page.getByRole('menuitem', { name: 'Withdraw the end' }).click();
  await page.getByText('active', { exact: true }).waitFor();
  expect(await feed.current()).toMatchObject({ state: 'active', endsOn: null });
});

it('an administrator grants an exception with a reason to a dealer that has no right to feeds', async () => {
  const path = '/feeds/onboardings/new?account=D-2004';
  const others = await signIn(web.keys.finn, path);
  await others.getByLabel('Contact').waitFor();
  expect(await others.getByLabel('Reason for an exception').count()).toBe(0);
  const page = await signIn(web.keys.admin, path);
  await page.getByLabel('What the dealer wants').selectOption('sales');
  await page.getByLabel('Contact').fill('Kim Example');
  await page.getByLabel('Phone').fill('312-555-0100');
  await page.getByLabel('Email').fill('kim@example.com');
  await page.getByRole('button', { name: 'Request' }).click();
  await page
    .getByRole('alert')
    .getByText(/not available for the package Silver/)
    .first()
    .waitFor();
  await pictures(page, 'onboarding-not-entitled');
  await page.getByLabel('Reason for an exception').fill('Pilot dealer of the new contract');
  await page.getByRole('button', { name: 'Request' }).click();
  await page.getByRole('heading', { level: 1, name: /^IDS onboarding of Mesa Verde Trailers/ }).waitFor();
  await section(page, 'Steps')
    .getByText(/^Waiting for ProResponse/)
    .waitFor();
  await shows(page, /^Exception granted by .*: Pilot dealer of the new contract$/);
  await pictures(page, 'onboarding-exception');
});

it('the feed’s page shows how far a run in progress is', async () => {
  const feed = await feedOf(service, { account: 'D-1106', dealerName: 'Lakeside Kia', maxRejectedShare: 0.9 });
  feed.put('a_SL.csv', file);
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  await shows(page, 'It has not run yet.');
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  onTestFinished(() => release());
  let locked = () => {};
  const isLocked = new Promise<void>((resolve) => {
    locked = resolve;
  });
  const other = service.db.transaction(async (tx) => {
    await lockName(tx, contactsLock('D-1106'));
    locked();
    await released;
  });
  await isLocked;
  await feed.start();
  const path = `${feed.row.directory}a_SL.csv`;
  const run = section(page, 'Runs').getByRole('listitem');
  await run.getByText(`Finding contacts: ${path}`).waitFor();
  await run.getByText(`${file.length} bytes of ${file.length} bytes · 2 rows`).waitFor();
  const [row] = await feed.runs();
  await saveProgress(service.db, row!.id, {
    ...{ file: path, stage: 'read', bytes: 84_000_000, totalBytes: 210_000_000, rows: 402_300, rowsPerSecond: 35_120 },
    endsAt: new Date(Date.now() + 5.2 * 60_000).toISOString(),
  });
  const words = '84 MB of 210 MB · 402,300 rows · 35,120 rows per second · estimated end in 5 minutes';
  await run.getByText(words).waitFor();
  await run.getByRole('progressbar', { name: `Reading: 40 percent of ${path}` }).waitFor();
  await pictures(page, 'feed-in-progress');
  await run.getByRole('link', { name: 'Started by a person' }).click();
  await shows(page, words);
  await pictures(page, 'feed-run-in-progress');
  release();
  await other;
  await shows(page, '2 rows: 1 new, 1 rejected; 0 contacts found, 1 created');
  expect(await page.getByRole('progressbar').count()).toBe(0);
});
