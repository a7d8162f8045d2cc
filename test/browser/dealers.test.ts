import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';

const { service, web, signIn } = await consoleForFile();
beforeEach(() => service.sandbox.reset());

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const lastWrite = async (account: string, kind: string) => (await dealerOf(service, account).task(kind)).id;

it("shows a dealer's name and ID, parent and gate, integrations, what is in progress, open tasks and activity", async () => {
  const dealer = dealerOf(service, 'D-1402');
  await dealer.cancel(['dms/cdk']);
  await lastWrite('D-1402', 'cdk-case');
  const page = await signIn(web.keys.olivia, '/dealers/D-1402');
  await heading(page, 'Blue Heron Volvo').waitFor();
  expect(await page.title()).toBe('Blue Heron Volvo · Dealerops');
  await page.getByText('America/New York').waitFor();
  await page.getByText('DMS feeds may be ended: the Effective Status of D-1402 is Cancelled.').waitFor();
  await region(page, 'Integrations').getByText('3PA0000402').waitFor();
  await region(page, 'Cancellations in progress').getByRole('link', { name: 'Subscription canceled' }).waitFor();
  await region(page, 'Open tasks').getByRole('link').first().waitFor();
  await region(page, 'Activity')
    .getByText(/^Task opened/)
    .first()
    .waitFor();
  await picture(page, 'dealer');
  await page.getByRole('button', { name: 'Copy dealer ID D-1402' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('D-1402');
  expect(await page.getByRole('link', { name: 'Start a cancellation here' }).count()).toBe(0);
});

it('shows what the gate says of an Active parent, by its name', async () => {
  const page = await signIn(web.keys.olivia, '/dealers/D-1401');
  await page.getByRole('link', { name: 'Cedar Ridge Motors Group' }).waitFor();
  await page.getByText('Closed: Active').waitFor();
  await page.getByText('DMS feeds are not ended: the Effective Status of P-200 is Active.').waitFor();
  await picture(page, 'dealer-active');
});

it('starts a cancellation from a dealer’s page, for who may', async () => {
  const page = await signIn(web.keys.admin, '/dealers/D-1402');
  await page.getByRole('link', { name: 'Start a cancellation here' }).click();
  await page.waitForURL(/\/cancellations\/new\?account=D-1402$/);
});

it('shows a dealer while CST does not answer, says what is missing, and all of it when CST answers again', async () => {
  const dealer = dealerOf(service, 'D-1003');
  await dealer.cancel(['crm/dealersocket']);
  await lastWrite('D-1003', 'dealersocket-form');
  service.sandbox.faults.cst.errors = 1_000;
  const page = await signIn(web.keys.olivia, '/dealers/D-1003');
  const missing = page.getByRole('alert').filter({ hasText: 'CST does not answer now.' });
  await missing.waitFor();
  await heading(page, 'Juniper Ford').waitFor();
  await page.getByText('Closed: not known').waitFor();
  await region(page, 'Cancellations in progress').getByRole('link', { name: 'Subscription canceled' }).waitFor();
  await picture(page, 'dealer-cst-down');
  service.sandbox.faults.cst.errors = 0;
  // What has failed is asked again after some seconds only.
  const shown = region(page, 'Integrations').getByText('555103');
  await eventually(async () => {
    // The button goes as soon as an answer is there: this look then ends, and the next one finds it.
    if (await missing.count()) await page.getByRole('button', { name: 'Try again' }).click({ timeout: 1_000 });
    return (await shown.count()) > 0;
  });
  expect(await missing.count()).toBe(0);
});

it('says that there is no such dealer only when CST says so and nothing is known here', async () => {
  const page = await signIn(web.keys.olivia, '/dealers/X-404');
  await heading(page, 'No dealer has the ID X-404').waitFor();
  expect(await page.title()).toBe('No dealer has the ID X-404 · Dealerops');
  await page.getByText('Check the ID, or search for the dealer by name').waitFor();
  await picture(page, 'dealer-unknown');
  await page.getByRole('link', { name: 'Search the dealers for “X-404”' }).click();
  await page.getByText('No dealer was found for “X-404”').waitFor();
});

it('lists dealers by their latest activity, and finds others while one types', async () => {
  const dealer = dealerOf(service, 'D-1202');
  service.sandbox.faults.smtp.next = ['550'];
  await dealer.cancel(['crm/elead']);
  await dealer.task('elead-manual-mail');
  const page = await signIn(web.keys.olivia, '/dealers');
  const list = page.getByRole('list', { name: 'Dealers' });
  const first = list.getByRole('listitem').first().filter({ hasText: 'D-1202' });
  await first.getByText('waiting', { exact: true }).waitFor();
  await first.getByText('for the team Ops').waitFor();
  await page.getByRole('searchbox', { name: 'Name or ID' }).fill('brightwater h');
  await list.getByRole('link', { name: 'Brightwater Honda of Lakeport' }).waitFor();
  await page.waitForURL(/\/dealers\?search=brightwater\+h$/);
  await picture(page, 'dealers');
  await list.getByRole('link', { name: 'Brightwater Honda of Lakeport' }).click();
  await heading(page, 'Brightwater Honda of Lakeport').waitFor();
  await page.goBack();
  await list.getByRole('link', { name: 'Brightwater Honda of Lakeport' }).waitFor();
  expect(await page.getByRole('searchbox').inputValue()).toBe('brightwater h');
  await page.getByRole('searchbox').fill('nobody at all');
  await page.getByText('No dealer was found for “nobody at all”').waitFor();
});

it('the palette opens by ctrl K, finds a dealer by the middle of its ID, a task by its ticket number, and goes there by keyboard', async () => {
  const dealer = dealerOf(service, 'D-1104');
  await dealer.cancel(['crm/vinsolutions']);
  await dealer.done('vinsolutions-portal', { ticketNumber: 'VS-77012', done: true });
  const page = await signIn(web.keys.olivia, '/dealers');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).waitFor();
  const field = page.getByRole('combobox', { name: 'Find' });
  await field.fill('1104');
  const options = page.getByRole('listbox', { name: 'Found' }).getByRole('option');
  await page
    .getByRole('group', { name: 'Dealers', exact: true })
    .getByRole('option', { name: /D-1104/ })
    .waitFor();
  await picture(page, 'palette');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dealers\/D-1104$/);
  await heading(page, 'Pelican Bay Nissan').waitFor();

  await page.getByRole('button', { name: 'Find' }).click();
  await field.fill('vs-77012');
  await options.filter({ hasText: 'VS-77012' }).waitFor();
  expect(await field.getAttribute('aria-activedescendant')).toBe(await options.first().getAttribute('id'));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/tasks\//);

  // Sooner than the answer can be there: not what was shown before is opened.
  await page.keyboard.press('Control+k');
  await field.pressSequentially('D-1402');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/dealers\/D-1402$/);

  await page.keyboard.press('Control+k');
  await field.fill('overv');
  await options.filter({ hasText: 'Overview' }).waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'hidden' });
});

it('the palette says that nothing was found, and what is missing while CST does not answer', async () => {
  service.sandbox.faults.cst.errors = 1_000;
  const page = await signIn(web.keys.olivia, '/dealers');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find' }).fill(randomUUID());
  await page.getByRole('status').filter({ hasText: 'Nothing was found' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'CST does not answer now.' }).waitFor();
});

it('the field of a new cancellation says that nothing was found, also where the ID can be used as it is', async () => {
  const page = await signIn(web.keys.admin, '/cancellations/new');
  const field = page.getByRole('combobox', { name: 'Dealer' });
  await field.fill('harbor-9');
  await page.getByRole('option', { name: 'No dealer was found for “harbor-9”.' }).waitFor();
  await picture(page, 'dealer-field');
  await page.getByRole('option', { name: 'Use the ID harbor-9 as it is' }).click();
  await page.getByRole('alert').filter({ hasText: 'No dealer has the ID harbor-9' }).waitFor();
  expect(await page.getByText('There is nothing at this path').count()).toBe(0);
  await field.fill('no dealer at all');
  await page.getByText('No dealer was found for “no dealer at all”: try the beginning of its name').waitFor();
});

it('the list opens after the field of a new cancellation has looked for dealers', async () => {
  const page = await signIn(web.keys.admin, '/work');
  const found = page.waitForResponse((response) => new URL(response.url()).pathname === '/v1/dealers');
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('menuitem', { name: 'Cancellation' }).click();
  await (await found).finished();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Dealers' }).click();
  await heading(page, 'Dealers').waitFor();
  await page.getByRole('list', { name: 'Dealers' }).waitFor({ state: 'attached' });
});

it('the overview shows unclaimed and escalated tasks, and how many cancellations are in each state', async () => {
  const dealer = dealerOf(service, 'D-1501');
  await dealer.cancel(['dms/dealervault']);
  const [sales, its] = [await dealer.task('dealervault-sales'), await dealer.task('dealervault-service')];
  await dealer.say(sales, 'claimTask', { by: 'olivia' });
  await dealer.say(its, 'claimTask', { by: 'oscar' });
  await dealer.say(its, 'escalate', { by: 'oscar', reason: 'no access to the portal' });
  const page = await signIn(web.keys.olivia);
  await heading(page, 'Overview').waitFor();
  await region(page, 'Your tasks').getByRole('link', { name: sales.content.title }).waitFor();
  await region(page, 'Escalated').getByRole('link', { name: its.content.title }).waitFor();
  await region(page, 'Tasks').getByRole('link', { name: '1 Mine' }).waitFor();
  await region(page, 'Cancellations').getByText('a team lead').waitFor();
  await region(page, 'Latest activity')
    .getByRole('link', { name: /D-1501/ })
    .first()
    .waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Work 1 mine' }).waitFor();
  await picture(page, 'overview');
  const lena = await signIn(web.keys.lena, '/', 390);
  await lena.getByRole('button', { name: 'Menu' }).click();
  await lena.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Work 1 escalated' }).waitFor();
  await lena.getByRole('button', { name: 'Menu' }).click();
  await region(lena, 'For your decision').getByRole('link', { name: its.content.title }).waitFor();
  await picture(lena, 'overview-phone');
});
