import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { expect, it, vi } from 'vitest';
import { lockName } from '../../db/locks.ts';
import { contactsLock } from '../../db/queries/feeds/scope.ts';
import { feedRuns } from '../../db/schema/feeds.ts';
import { noRows } from '../../domain/feeds/feeds.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { feedOf } from '../support/feeds.ts';
import { onboardingOf, proResponse } from '../support/onboardings.ts';

/** The feeds' pages: the list, a new feed, one feed with its settings and its server, and a run. */
const { service, web, signIn } = await consoleForFile({ bulkWorker: true, secondLookMs: 100, onboarding: proResponse });
const { sftp } = service.sandbox;

const file = [
  'CustomerNumber,CustomerFirst,CustomerLast,Email,VIN,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment',
  'C1,Kim,Example,kim@example.com,1HGBH41JXMN109186,1/10/2030,"25,000.00",120,310.50,1/10/2040',
  'C2,Ana,Sample,ana@example.com,1M8GDM9AXKP042788,1/11/2030,,,,',
].join('\r\n');

function put(directory: string, name: string, content = file): void {
  mkdirSync(join(sftp.folder, directory), { recursive: true });
  writeFileSync(join(sftp.folder, directory, name), content);
}

it('a feed is set up, its server is tested, and its files are imported, all from the console', async () => {
  put('pelican/IDS/', 'day1_SL.csv');
  put('pelican/IDS/', 'notes.txt', 'not a feed');
  const page = await signIn(web.keys.finn, '/feeds');
  await shows(page, 'There is no feed yet');
  await page.getByRole('link', { name: 'New feed import' }).click();
  const dealer = page.getByRole('combobox', { name: 'Dealer' });
  await dealer.fill('pelican');
  await page.getByRole('option', { name: 'Pelican Bay Nissan (D-1104)' }).click();
  await page.waitForURL('**/feeds/new?account=D-1104');
  await page.getByLabel('DMS', { exact: true }).selectOption('automate');
  expect(await page.getByLabel('Kind', { exact: true }).textContent()).toBe('Sales');
  await page.getByLabel('DMS', { exact: true }).selectOption('ids');
  await page.getByLabel('Server', { exact: true }).fill(sftp.host);
  await page.getByLabel('Port', { exact: true }).fill(String(sftp.port));
  await page.getByLabel('Host keys').fill('SHA256:abc');
  await page.getByLabel('User name', { exact: true }).fill('sandbox-username');
  await page.getByLabel('Password', { exact: true }).fill('sandbox-password');
  await page.getByLabel('Folder', { exact: true }).fill('pelican/IDS/');
  await page.getByRole('button', { name: 'Create' }).click();
  await shows(page, /must be a fingerprint/);
  await picture(page, 'feed-new');
  await page.getByLabel('Host keys').fill(sftp.hostKey);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'IDS sales of Pelican Bay Nissan (D-1104)' }).waitFor();

  await section(page, 'Server').getByRole('button', { name: 'Test' }).click();
  await shows(page, 'The server can be used', /day1_SL\.csv/, /notes\.txt: /);
  await picture(page, 'feed');

  await page.getByRole('button', { name: 'Run now' }).click();
  await page.waitForURL('**/feeds/runs/*');
  await page.getByRole('heading', { level: 1, name: 'Started by a person' }).waitFor();
  await shows(page, '2 rows: 2 new; 0 contacts found, 2 created', 'pelican/IDS/day1_SL.csv');
  await picture(page, 'feed-run');
  await page.getByRole('link', { name: 'Feed of Pelican Bay Nissan (D-1104)' }).click();
  await section(page, 'Runs').getByText('imported', { exact: true }).waitFor();
});

it('the board shows what each feed delivers, and first what needs a person', async () => {
  const failing = await feedOf(service, {
    account: 'D-1106',
    dealerName: 'Lakeside Kia',
    password: 'sandbox-username',
  });
  await failing.run();
  const task = await failing.task('feed-credentials');
  // Counts as applied: otherwise the maintenance makes its schedule while the test looks.
  const steady = await feedOf(service, { account: 'D-1107', dealerName: 'Harbor Subaru', appliedVersion: 1 });
  await service.db.insert(feedRuns).values(
    Array.from({ length: 30 }, (_, ago) => {
      // At the same local time of each day: 24 hours may miss a date where the clocks change.
      const startedAt = DateTime.now().setZone(steady.row.timeZone).minus({ days: ago, seconds: 5 }).toJSDate();
      const rejected = ago === 3 ? 40 : 0;
      return {
        ...{ id: randomUUID(), importId: steady.id, importVersion: 1, workflowId: 'x', trigger: 'schedule' as const },
        ...{ startedAt, endedAt: new Date(startedAt.getTime() + 4_000), outcome: 'imported' as const },
        isSmall: ago === 0,
        counts: { ...noRows, read: 100 + rejected, inserted: 100, rejected },
      };
    }),
  );
  const page = await signIn(web.keys.finn, '/feeds');
  const rows = page.getByRole('list', { name: 'Feeds' }).getByRole('listitem');
  const row = (name: string) => rows.filter({ hasText: name });
  await row('Harbor Subaru').getByText('unchanged').waitFor();
  await row('Harbor Subaru').getByText('imported, far fewer rows than usual', { exact: true }).waitFor();
  await row('Harbor Subaru').getByText('not scheduled').waitFor();
  expect(await rows.first().textContent()).toContain('Lakeside Kia');
  await row('Harbor Subaru')
    .getByRole('img', { name: /^3,000 rows in the last 30 days, on 30 .*; 40 rejected$/ })
    .waitFor();
  await row('Harbor Subaru').locator('canvas').waitFor();
  await picture(page, 'feeds-board');
  await page.setViewportSize({ width: 390, height: 900 });
  await picture(page, 'feeds-board-phone');
  await row('Harbor Subaru').getByRole('link', { name: 'Harbor Subaru' }).click();
  await section(page, 'Health').getByText('The last 30 days in figures').click();
  await expect.poll(() => section(page, 'Health').getByRole('row').count()).toBe(31);
  const unavailable = Object.assign(new Error('14 UNAVAILABLE'), { code: 14 });
  const asked = vi.spyOn(service.outside.schedules, 'list').mockRejectedValue(unavailable);
  await page.goto(`${web.address}/feeds`);
  await row('Harbor Subaru').getByText('not known: Temporal does not answer').waitFor();
  asked.mockRestore();
  await page.goto(`${web.address}/feeds?account=D-1106`);
  await page.getByRole('link', { name: 'Credentials rejected' }).click();
  await page.waitForURL(`**/tasks/${task.id}`);
});

const rejectedFile = [
  'DealNumber,SoldDate,Amount.Financed,Term,CustomerFirst,CustomerLast,Email',
  '1,1/5/2026,,,Lee,Example,lee@example.com',
  '2,soon,"25,000.00",60,Kim,Example,kim@example.com',
  '3,1/6/2026,,,Ana,Example,ana@example.com,left over',
  '4,later,,,Pat,Example,pat@example.com',
].join('\r\n');

it('a dry run reports what would become of the rows; only those who may see customers see whose they would be', async () => {
  const feed = await feedOf(service, { account: 'D-1108', dealerName: 'Summit Mazda', maxRejectedShare: 0.9 });
  feed.put('a_SL.csv', rejectedFile);
  await feed.run('dry_run');
  const [run] = await feed.runs();
  const page = await signIn(web.keys.finn, `/feeds/runs/${run!.id}`);
  const report = section(page, 'Report');
  await report.getByText('4 rows: 1 new, 3 rejected; 0 contacts found, 1 to be created').waitFor();
  expect(await report.getByRole('row', { name: /^3 SoldDate / }).count()).toBe(1);
  expect(await report.getByRole('row', { name: 'Amount Financed not applicable' }).count()).toBe(1);
  await report.getByText('Lee Example (a new contact)').waitFor();
  await picture(page, 'feed-report');
  const reader = await signIn(web.keys.reader, `/feeds/runs/${run!.id}`, 390);
  await shows(reader, /needs an API key with the scope contacts:read/);
  expect(await reader.getByText('Lee Example').count()).toBe(0);
  await picture(reader, 'feed-report-phone');
});

it('rejected rows are corrected in a grid and imported, also while another import of the dealer is in progress', async () => {
  const feed = await feedOf(service, { account: 'D-1109', dealerName: 'Valley Volvo', maxRejectedShare: 0.9 });
  feed.put('a_SL.csv', rejectedFile);
  await feed.run();
  const [run] = await feed.runs();
  const page = await signIn(web.keys.finn, `/feeds/runs/${run!.id}`);
  await page.getByRole('link', { name: 'Correct the rejected rows' }).click();
  const cell = (name: string) => page.getByRole('textbox', { name, exact: true });
  const row = (line: number) => page.getByRole('row', { name: new RegExp(`^Line ${line} `) });
  await cell('SoldDate, line 3').fill('tomorrow');
  await row(3).getByRole('button', { name: 'Save' }).click();
  await row(3)
    .getByText(/not a valid date/)
    .first()
    .waitFor();
  expect(await cell('SoldDate, line 3').getAttribute('aria-invalid')).toBe('true');
  await row(3).getByRole('button', { name: 'Import' }).hover();
  await shows(page, 'Save the row first.');
  await picture(page, 'feed-rejected');
  await page.setViewportSize({ width: 390, height: 900 });
  await picture(page, 'feed-rejected-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await cell('SoldDate, line 3').fill('1/7/2026');
  await cell('SoldDate, line 3').press('Enter');
  await row(3).getByText('Corrected, not imported yet · Finn Feeds').waitFor();
  await row(4).getByRole('button', { name: 'Save' }).click();
  await row(4).getByText('Corrected, not imported yet · Finn Feeds').waitFor();

  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const other = service.db.transaction(async (tx) => {
    await lockName(tx, contactsLock('D-1109'));
    await released;
  });
  await row(3).getByRole('button', { name: 'Import' }).click();
  await shows(page, 'The import is in progress', 'Being imported');
  expect(await cell('SoldDate, line 3').isEditable()).toBe(false);
  expect(await row(4).getByRole('button', { name: 'Import' }).getAttribute('aria-disabled')).toBe('true');
  await picture(page, 'feed-rejected-running');
  release();
  await other;
  await shows(page, 'The rows were imported.');
  await row(3).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Import all that can be read' }).click();
  await shows(page, 'One row imported. One row still cannot be read.');
  await row(4).waitFor({ state: 'detached' });
  await page.getByLabel('State', { exact: true }).selectOption('Imported after all');
  await row(3)
    .getByText(/Imported · Finn Feeds/)
    .waitFor();
  await row(3).getByText('in the file: soon').waitFor();
  expect(await cell('SoldDate, line 3').inputValue()).toBe('1/7/2026');

  const reader = await signIn(web.keys.reader, `/feeds/${feed.id}/rejected`);
  await shows(reader, 'The cells are not shown', /^SoldDate: /);
  expect(await reader.getByText('pat@example.com').count()).toBe(0);
  expect(await reader.getByRole('textbox').count()).toBe(0);
});

it('a dealer’s files are requested, its permission is recorded, and the trial is approved, all from the console', async () => {
  const page = await signIn(web.keys.finn, '/dealers/D-2001');
  await page.getByRole('link', { name: 'Request its files' }).click();
  await page.waitForURL('**/feeds/onboardings/new?account=D-2001');
  await page.getByLabel('What the dealer wants').selectOption('sales');
  await page.getByLabel('Contact').fill('Kim Example');
  await page.getByLabel('Phone').fill('none');
  await page.getByLabel('Email').fill('kim@example.com');
  await page.getByRole('button', { name: 'Request' }).click();
  await shows(page, /is not a phone number/);
  await page.getByLabel('Phone').fill('312-555-0100');
  await page.getByRole('button', { name: 'Request' }).click();
  await page.getByRole('heading', { level: 1, name: /^IDS onboarding of Tamarack/ }).waitFor();
  await section(page, 'Steps')
    .getByText(/^Waiting for ProResponse/)
    .waitFor();
  await page.getByRole('button', { name: 'Record the permission …' }).click();
  const dialog = page.getByRole('dialog', { name: 'What the dealer says' });
  await dialog.getByLabel('Who says so').fill('Kim Example');
  await dialog.getByRole('button', { name: 'Record' }).click();
  await shows(page, /Granted on .*, says Kim Example/);
  await section(page, 'Steps')
    .getByRole('link', { name: /^Enter where the files/ })
    .waitFor();
  await picture(page, 'onboarding');
  await page.getByRole('button', { name: 'A file is there' }).hover();
  await shows(page, 'Finish its task first: it asks where the files arrive.');

  const onboarding = await onboardingOf(service, 'D-2001');
  await page.goto(`${web.address}/feeds/onboardings/new?account=D-2001`);
  await page.getByLabel('What the dealer wants').selectOption('both');
  await page.getByRole('button', { name: 'Request' }).click();
  await page.waitForURL(`**/feeds/onboardings/${onboarding.id}`);
  await shows(page, /so that Service is not part of this onboarding/);
  await page.goto(`${web.address}/feeds?account=D-2001`);
  await section(page, 'Onboardings')
    .getByText(/^Where the files arrive, waiting for /)
    .waitFor();
  await section(page, 'Onboardings').getByRole('link', { name: 'IDS Sales' }).click();
  onboarding.put('a_SL.csv', file);
  await onboarding.done('first-file', onboarding.answers);
  await shows(page, /2 rows: 2 new; 0 contacts found, 2 to create/);
  await section(page, 'Feeds')
    .getByRole('link', { name: /^Check the first file/ })
    .click();
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByLabel('Approve: import these files daily').click();
  await page.getByLabel(/^What you checked/).fill('rows compared with the file');
  await page.getByRole('button', { name: 'Complete' }).click();
  await onboarding.done('exclude-from-lead-export', { excluded: true });
  expect(await onboarding.ended()).toBe('done');
  await page.goto(`${web.address}/feeds/onboardings/${onboarding.id}`);
  await section(page, 'Feeds').getByText('active', { exact: true }).waitFor();
  await page.goto(`${web.address}/dealers/D-2001`);
  await section(page, 'Feeds').getByText('would be imported', { exact: true }).waitFor();
  await section(page, 'Feeds').getByRole('link', { name: 'IDS sales' }).click();
  await page.getByRole('heading', { level: 1, name: /^IDS sales of Tamarack/ }).waitFor();
});

it('a feed is paused with a reason and resumed; what cannot be done now says why', async () => {
  const feed = await feedOf(service, { account: 'D-1101', dealerName: 'Brightwater Toyota' });
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  await page.getByRole('button', { name: 'Pause …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause the feed' });
  expect(await dialog.getByRole('button', { name: 'Pause' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Reason').fill('The dealer changes its DMS');
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await shows(page, 'Paused by Finn Feeds', /The dealer changes its DMS/);
  await page.getByRole('button', { name: 'Run now' }).hover();
  await shows(page, 'The import is paused: resume it first.');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Pause …' }).waitFor();
  expect(await feed.current()).toMatchObject({ state: 'active' });
});

it('a backfill says before it starts what becomes of the files on the server', async () => {
  const feed = await feedOf(service, { account: 'D-1110', deleteFromServer: false, moveTo: 'imported/D-1110' });
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Backfill a folder …' }).click();
  await page
    .getByRole('dialog', { name: 'Backfill a folder' })
    .getByText('After its import each file is moved to imported/D-1110 on the server.')
    .waitFor();
});

it('settings are changed, and a change by somebody else meanwhile is not overwritten', async () => {
  const feed = await feedOf(service, { account: 'D-1102', dealerName: 'Gold Coast Ford' });
  const page = await signIn(web.keys.finn, `/feeds/${feed.id}`);
  const change = async (label: string, value: string) => {
    await section(page, 'Settings').getByRole('button', { name: 'Change …' }).click();
    await page.getByLabel(label).fill(value);
  };
  await change('Maximum rejected rows', '5');
  await page.getByLabel('Open a task after (days without rows)').fill('6');
  await page.getByLabel('Open a task below (% of usual rows)').fill('30');
  await picture(page, 'feed-settings');
  await page.getByRole('button', { name: 'Save' }).click();
  for (const shown of ['5%', '6', '30%']) await section(page, 'Settings').getByText(shown, { exact: true }).waitFor();
  await section(page, 'Settings').getByText('Where to send suggestions for more is not set up yet').waitFor();
  await page.getByText('Columns of IDS sales files').click();
  await page.getByRole('row', { name: 'Amount financed (required) Amount.Financed, AmtFinanced' }).waitFor();
  await change('Maximum rejected rows', '7');
  await feed.change({ version: 99 });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await feed.current()).toMatchObject({ maxRejectedShare: 0.05, silentAfterDays: 6, smallBelowShare: 0.3 });
});

it('a reader sees feeds and changes none', async () => {
  const feed = await feedOf(service, { account: 'D-1103', dealerName: 'Redwood Hyundai' });
  const page = await signIn(web.keys.reader, '/feeds', 390);
  await page.getByRole('link', { name: 'Redwood Hyundai' }).waitFor();
  expect(await page.getByRole('link', { name: 'New feed import' }).count()).toBe(0);
  await page.getByRole('link', { name: 'All feed imports' }).click();
  await page.getByRole('heading', { level: 1, name: 'Feed imports' }).waitFor();
  await page.getByLabel('State', { exact: true }).selectOption('ended');
  await shows(page, 'No feeds match these filters.');
  await picture(page, 'feeds-phone');
  await page.goto(`${web.address}/feeds/${feed.id}`);
  const pause = page.getByRole('button', { name: 'Pause …' });
  await pause.waitFor();
  expect(await pause.getAttribute('aria-disabled')).toBe('true');
  await picture(page, 'feed-phone');
});
