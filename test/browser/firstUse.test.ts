import { expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { makeSignInLink, signInAddress } from '../../db/queries/signInLinks.ts';
import { consoleOf, picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';

const { service, web, signIn, newContext } = await consoleForFile({
  connectors: ['vinSolutionsEvents', 'fortellis'],
  withSandbox: true,
});
const emptyPage = async () => (await newContext({ viewport: { width: 1280, height: 900 } })).newPage();

async function newLink(personId: string): Promise<string> {
  const { id } = await createKey(service.db, { name: personId, scopes: ['tasks:write', 'read'], personId });
  return signInAddress(web.address, await makeSignInLink(service.db, id));
}

it('a sign-in link signs in, leaves no trace in the address or the history, and works once', async () => {
  const link = await newLink('olivia');
  const token = link.split('=')[1]!;
  const page = await emptyPage();
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''));
  await page.goto(link);
  await page.getByRole('button', { name: 'Olivia Ops' }).waitFor();
  expect(page.url()).not.toContain('sign-in');
  expect(addresses.filter((address) => address.includes(token))).toEqual([]);
  await page.getByRole('link', { name: 'Cancellations' }).click();
  await page.goBack();
  expect(page.url()).not.toContain('sign-in');

  const again = await emptyPage();
  await again.goto(link);
  await again.getByText('The sign-in link does not work').waitFor();
  await again.getByText('This sign-in link was already used; each works once.').waitFor();
  await picture(again, 'sign-in-link-used');
  await again.getByRole('textbox', { name: 'API key' }).fill(web.keys.oscar);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.getByRole('button', { name: 'Oscar Ops' }).waitFor();
  expect(await again.getByText('The sign-in link does not work').count()).toBe(0);
});

it('a link in a tab that shows the console already signs in as its person; a used one leaves the session as it is', async () => {
  const page = await signIn(web.keys.oscar, '/work');
  await page.getByRole('button', { name: 'Oscar Ops' }).waitFor();
  const link = await newLink('olivia');
  const reloaded = page.waitForEvent('load');
  await page.evaluate(`window.location.hash = '${new URL(link).hash}'`);
  await reloaded;
  await page.getByRole('button', { name: 'End Oscar Ops’s session and sign in' }).click();
  await page.getByRole('button', { name: 'Olivia Ops' }).waitFor();

  await page.goto('about:blank');
  await page.goto(link);
  await page.getByText('You are still signed in as Olivia Ops.').waitFor();
});

it('a wrong key is named as such', async () => {
  const page = await emptyPage();
  await page.goto(web.address);
  await page.getByRole('textbox', { name: 'API key' }).fill('dok_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This key does not work').waitFor();
});

it('the sandbox is in the menu only where there is one, and Admin only for administrators', async () => {
  const page = await signIn(web.keys.olivia, '/work');
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await menu.getByRole('link', { name: 'Sandbox' }).waitFor();
  expect(await menu.getByRole('link', { name: 'Admin' }).count()).toBe(0);
  const other = await consoleOf(service);
  const without = await signIn(other.keys.admin, '/', undefined, other.address);
  const itsMenu = without.getByRole('navigation', { name: 'Pages' });
  await itsMenu.getByRole('link', { name: 'Admin' }).waitFor();
  expect(await itsMenu.getByRole('link', { name: 'Sandbox' }).count()).toBe(0);
  await without.context().close();
  await other.close();
});

it('the inbox shows an email that arrived, readable, and finds it', async () => {
  const dealer = dealerOf(service, 'D-1201');
  const { ended } = await dealer.cancel(['crm/elead']);
  await ended();
  for (const width of [1280, 390]) {
    const page = await signIn(web.keys.olivia, '/sandbox', width);
    await page.getByRole('textbox', { name: 'Search the email' }).fill('no such email');
    await page.getByText('No email matches the search.').waitFor();
    await page.getByRole('textbox', { name: 'Search the email' }).fill('silver lake');
    await page.getByRole('button', { name: /elead\.mdssupport@cdk\.com/ }).click();
    const mail = page.getByRole('article');
    await mail.getByText('request to cancel integration feed').first().waitFor();
    await mail.getByText('elead.mdssupport@cdk.com').waitFor();
    await picture(page, `sandbox-inbox-${width}`);
    await page.reload();
    await mail.waitFor();
    if (width === 390) await page.getByRole('button', { name: 'Back to the inbox' }).click();
    await page.getByRole('button', { name: /elead\.mdssupport@cdk\.com/ }).waitFor();
  }
});

it('a status that a person must check is set in the sandbox, and the cancellation goes on', async () => {
  const dealer = dealerOf(service, 'D-1603');
  const { ended } = await dealer.cancel(['dms/reynolds']);
  const task = await dealer.task('gate-status');
  const page = await signIn(web.keys.olivia, '/sandbox?view=systems');
  await page.getByText('Birchwood Chrysler (D-1603): Pending Cancellation').waitFor();
  await picture(page, 'sandbox-systems-1280');
  await page.getByRole('textbox', { name: 'Find an account' }).fill('birchwood');
  await page.getByLabel('Effective Status of Birchwood Chrysler').selectOption('Cancelled');
  await page.getByText('allows DMS cancellations').waitFor();
  expect(service.sandbox.state.accounts.get('D-1603')?.effectiveStatus).toBe('Cancelled');
  await web.post('olivia', `/v1/tasks/${task.id}/claim`);
  await ended();
});

it('subscriptions, DMS providers and Salesforce parents are switched in the sandbox', async () => {
  const { state } = service.sandbox;
  const page = await signIn(web.keys.olivia, '/sandbox?view=systems');
  await page.getByLabel('Events of Harborline Marine').click({ force: true });
  await expect
    .poll(() => state.eventSubscriptions.find(({ dealerId }) => dealerId === 555702)?.status)
    .toBe('inactive');
  await page.getByLabel('Subscription of Copper Basin Ram').click({ force: true });
  await expect.poll(() => state.appSubscriptions[0]?.deactivationDate).toMatch(/^\d{4}-\d\d-\d\d$/);
  await page.getByRole('button', { name: 'Remove the DMS provider of Blue Heron Volvo' }).click();
  await page.getByRole('button', { name: 'Restore the DMS provider of Blue Heron Volvo' }).click();
  await expect.poll(() => state.dmsProviders.get('D-1402')?.providerId).toBe('3PA0000402');
  await page.getByRole('textbox', { name: 'Find an account' }).fill('D-1001');
  await page.getByLabel('Has a parent account in Salesforce').click({ force: true });
  await expect.poll(() => state.accounts.get('D-1001')?.salesforceParentId).toBeUndefined();
});

it('faults are switched on and off, and everything is reset', async () => {
  const { faults } = service.sandbox;
  const page = await signIn(web.keys.olivia, '/sandbox?view=faults');
  await page.getByText('All systems work.').waitFor();
  await page.getByLabel('Answers with an error').click({ force: true });
  await page.getByText('Some systems are set to fail.').waitFor();
  expect(faults.cst.errors).toBe(10);
  await page.getByLabel('Calls that fail').fill('4');
  await expect.poll(() => faults.cst.errors).toBe(4);
  const mail = page.getByRole('region', { name: 'Mail server' });
  await mail
    .getByLabel('What happens to the next email')
    .selectOption({ label: 'The server rejects the address: no such mailbox (550)' });
  await mail.getByRole('button', { name: 'Add' }).click();
  await expect.poll(() => faults.smtp.next).toEqual(['550']);
  await picture(page, 'sandbox-faults-1280');
  await page.getByRole('button', { name: 'End all faults' }).click();
  await page.getByText('All systems work.').waitFor();
  expect([faults.cst.errors, faults.smtp.next]).toEqual([0, []]);

  service.sandbox.state.accounts.get('P-400')!.effectiveStatus = 'Cancelled';
  await page.getByRole('button', { name: 'Reset …' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(service.sandbox.state.accounts.get('P-400')!.effectiveStatus).toBe('Active');
});

it('the overview says that CST fails, since when and what that stops, until CST answers again', async () => {
  const page = await signIn(web.keys.olivia, '/sandbox?view=faults');
  await page.getByLabel('Answers with an error').click({ force: true });
  await page.getByLabel('Calls that fail').fill('1000');
  await expect.poll(() => service.sandbox.faults.cst.errors).toBe(1_000);
  await page.goto(`${web.address}/dealers/D-1003`);
  await page.getByText('CST does not answer now.').first().waitFor();
  await page.goto(`${web.address}/`);
  const alert = page.getByRole('alert').filter({ hasText: 'CST fails' });
  await alert.getByText(/^Since \w+ \d/).waitFor();
  await alert.getByText('Dealers cannot be looked up').waitFor();
  await page.getByRole('navigation', { name: 'Pages' }).getByText('1 failing').waitFor();
  await picture(page, 'overview-cst-fails');
  await page.setViewportSize({ width: 390, height: 844 });
  await picture(page, 'overview-cst-fails-390');
  service.sandbox.faults.cst.errors = 0;
  await alert.waitFor({ state: 'hidden' });
});
