import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { importActivities, kim, pat } from '../support/activities.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';

/** The pages of activities, their contacts and the saved segments. */
const { service, web, signIn } = await consoleForFile({ withoutWorker: true });

const account = 'D-1104';
const vin = '1HGCM82633A004352';
const financed = { amountFinanced: '25000.00', term: 120, monthlyPayment: '310.50', finalPaymentOn: '2036-01-10' };
const order = { workOrderNumber: '4711', amount: '120.50', description: 'Forest River Cherokee', vin };

beforeAll(async () => {
  await importActivities(
    service,
    [
      { key: 'cash', occurredOn: '2026-01-31', customer: kim, vin, unitMake: 'Forest River', unitModel: 'Cherokee' },
      { key: 'financed', occurredOn: '2026-02-10', customer: kim, ...financed, unitMake: 'Winnebago', unitYear: 2025 },
      { key: 'other', occurredOn: '2026-02-11', customer: pat, ...financed, amountFinanced: '900.00' },
    ],
    { account },
  );
  const orders = [{ key: 'order', occurredOn: '2026-03-01', customer: { email: kim.email }, ...order }];
  await importActivities(service, orders, { account, type: 'work_order' });
});

it('activities are found by the dealer and their fields, saved as a segment with its count, and exported', async () => {
  const page = await signIn(web.keys.finn);
  await page.getByRole('link', { name: 'Activities', exact: true }).click();
  await page.getByRole('combobox', { name: 'Dealer' }).fill('pelican');
  await page.getByRole('option', { name: 'Pelican Bay Nissan (D-1104)' }).click();
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  await row('Sold Date 2026-01-31').getByText('Cash Purchase').waitFor();
  await page.setViewportSize({ width: 390, height: 900 });
  await picture(page, 'activities-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  expect(await row('Sold Date 2026-01-31').getByText('not applicable').count()).toBe(3);
  await row('Work Order Date 2026-03-01').getByRole('link', { name: 'Work Order 4711' }).waitFor();
  await picture(page, 'activities');

  await page.getByText('More filters').click();
  await page.getByLabel('Amount, at least', { exact: true }).fill('1000');
  await row('Sold Date 2026-02-11').waitFor({ state: 'detached' });
  await page.getByLabel('Payment', { exact: true }).selectOption('Financed');
  await page.getByLabel('Final Payment Date from', { exact: true }).fill('2040-01-01');
  await shows(page, 'No activities match these filters.');
  await page.getByLabel('Final Payment Date from', { exact: true }).fill('2036-01-01');
  await row('Sold Date 2026-02-10').waitFor();
  await page.getByRole('button', { name: 'Save these filters …' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Large loans');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const segments = page.getByRole('list', { name: 'Segments' });
  await segments.getByRole('link', { name: 'Large loans 1', exact: true }).waitFor();
  await picture(page, 'activities-segment');

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download all of them as CSV' }).click();
  const csv = readFileSync(await (await downloading).path(), 'utf8');
  expect(csv.trim().split('\n')).toHaveLength(2);
  expect(csv).toContain('kim@example.com');

  await page.getByLabel('Type', { exact: true }).selectOption('Work Order');
  await row('Work Order Date 2026-03-01').waitFor({ state: 'detached' });
  expect(await page.getByLabel('Payment', { exact: true }).count()).toBe(0);
  expect(new URL(page.url()).search).not.toContain('cash');
  await page.getByLabel('Amount, at least', { exact: true }).fill('100');
  await row('Work Order Date 2026-03-01').waitFor();
  await segments.getByRole('link', { name: /Large loans/ }).click();
  await row('Sold Date 2026-02-10').waitFor();
  expect(await page.getByLabel('Payment', { exact: true }).inputValue()).toBe('false');
  const change = async (item: string) => {
    await page.getByRole('button', { name: 'Change the segment Large loans' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await change('Rename …');
  await page.getByRole('dialog').getByLabel('Name').fill('Large loans of 2036');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await segments.getByRole('link', { name: 'Large loans of 2036 1' }).waitFor();
  await change('Delete …');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await shows(page, 'No filter of this dealer is saved yet.');
});

it('a VIN is searched for and saved in a segment, and is in no address', async () => {
  const page = await signIn(web.keys.finn, `/activities?account=${account}`);
  const other = page.getByRole('row').filter({ hasText: 'Sold Date 2026-02-10' });
  const found = page.getByRole('row').filter({ hasText: 'Work Order Date 2026-03-01' });
  const field = page.getByLabel('VIN', { exact: true });
  await other.waitFor();
  await page.getByText('More filters').click();
  await field.fill(vin);
  await other.waitFor({ state: 'detached' });
  await page.getByLabel('Type', { exact: true }).selectOption('Work Order');
  await page.getByRole('row').filter({ hasText: 'Sold Date 2026-01-31' }).waitFor({ state: 'detached' });
  await page.reload();
  await found.waitFor();
  expect([await page.getByRole('row').count(), await field.inputValue()]).toEqual([2, vin]);
  await page.getByRole('button', { name: 'Save these filters …' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('One unit');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const segment = page.getByRole('list', { name: 'Segments' }).getByRole('link', { name: 'One unit 1' });
  expect(await segment.getAttribute('href')).not.toContain(vin);
  await field.fill('');
  await page.getByLabel('Type', { exact: true }).selectOption('Any type');
  await other.waitFor();
  await segment.click();
  await other.waitFor({ state: 'detached' });
  expect([await field.inputValue(), page.url()]).toEqual([vin, expect.not.stringContaining(vin)]);
  await page.goBack();
  await other.waitFor();
  expect(await field.inputValue()).toBe('');
});

it('what cannot be searched for is refused at the name of its field', async () => {
  const page = await signIn(web.keys.finn, `/activities?account=${account}&from=2026-05-01&to=2026-01-01&termMin=long`);
  await shows(page, /^Term in months, at least /);
});

it('an activity says why it is its contact’s; a contact is split and merged again', async () => {
  const page = await signIn(web.keys.finn, `/activities?account=${account}&type=work_order`);
  await page.getByRole('link', { name: 'Work Order 4711' }).click();
  const why = section(page, 'Why this contact');
  await why.getByText(/had the same email/).waitFor();
  await why.getByRole('row', { name: 'Email kim@example.com' }).waitFor();
  await page.getByRole('row', { name: 'Sold by the dealer Its latest sale' }).waitFor();
  await picture(page, 'activity');
  await page.getByRole('link', { name: 'Kim Example' }).click();
  await page.getByRole('heading', { level: 1, name: 'Kim Example' }).waitFor();
  expect(await page.title()).not.toContain('Kim');
  const kept = new URL(page.url()).pathname;
  const timeline = section(page, 'Timeline');
  await page.getByRole('button', { name: 'Split …' }).hover();
  await shows(page, 'Select the activities of the other person first.');
  await timeline.getByRole('checkbox', { name: 'Select the Work Order of 2026-03-01' }).check();
  await page.getByRole('button', { name: 'Split …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('First name').fill('Robin');
  await dialog.getByLabel('Phone').fill('12');
  await dialog.getByLabel('Reason').fill('Two customers share an address');
  await dialog.getByRole('button', { name: 'Split' }).click();
  await shows(page, /is not a phone number/);
  await picture(page, 'contact-split');
  await dialog.getByLabel('Phone').fill('');
  await dialog.getByRole('button', { name: 'Split' }).click();
  await page.getByRole('heading', { level: 1, name: 'Robin' }).waitFor();
  expect(await timeline.getByText(/^(Sold|Work Order) Date/).allTextContents()).toEqual(['Work Order Date 2026-03-01']);

  await page.getByRole('button', { name: 'Merge …' }).click();
  await dialog.getByLabel('Contact that stays').fill(`${web.address}${kept}`);
  await dialog.getByRole('row', { name: 'Email kim@example.com' }).waitFor();
  await dialog.getByLabel('Reason').fill('It was one customer after all');
  await picture(page, 'contact-merge');
  await dialog.getByRole('button', { name: 'Merge' }).click();
  await page.waitForURL(`**${kept}`);
  await timeline.getByText('Work Order Date 2026-03-01').waitFor();
  await page.setViewportSize({ width: 390, height: 900 });
  await picture(page, 'contact-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, 'contact');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Robin' }).waitFor();
  await shows(page, 'Merged into another contact');
});

it('who may not see customers does not', async () => {
  const page = await signIn(web.keys.reader, `/activities?account=${account}`);
  await shows(page, /needs an API key with the scope contacts:read/);
  expect(await page.getByRole('link', { name: 'Activities', exact: true }).count()).toBe(0);
  expect(await page.getByText('Kim Example').count()).toBe(0);
});
