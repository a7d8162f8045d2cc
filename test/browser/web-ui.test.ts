import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import type { View } from '../support/views.ts';

/** Temporal's real Web UI at /temporal of the console, as an auditor uses it. */

const { service, web, newContext } = await consoleForFile();

/** A new browser's page, and what it reports: refused scripts and files, errors, and requests to elsewhere. */
async function newPage(): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await newContext({ viewport: { width: 1280, height: 1000 } })).newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(web.address)) complaints.push(request.url());
  });
  return { page, complaints };
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

it('leads from a link through the sign-in to the workflow, decoded, with its checklist, and offers no action', async () => {
  await web.start({ account: 'D-1104' });
  const dealer = dealerOf(service, 'D-1104');
  const task = await dealer.task('vinsolutions-portal');
  expect((await web.post('olivia', `/v1/tasks/${task.id}/claim`)).status).toBe(200);
  const { body } = await web.get<{ cancellations: View[] }>('reader', '/v1/cancellations?account=D-1104');
  const { webUi } = body.cancellations[0]!.integrations[0]!;

  const { page, complaints } = await newPage();
  await page.goto(`${web.address}${webUi}`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(page.url()).toBe(`${web.address}${webUi}`);
  await signIn(page);

  await page.getByText('Record: task vinsolutions-portal claimed by olivia').waitFor();
  await page.getByText('"account": "D-1104"').waitFor();
  expect(page.url()).toBe(`${web.address}${webUi}`);
  await expectNoAction(page);
  await picture(page, 'web-ui-timeline');
  await page.getByText('claimTask', { exact: true }).first().click();
  await page
    .getByText(/^claimTask\/olivia\/[\da-f]{16}$/)
    .first()
    .waitFor();
  await picture(page, 'web-ui-update');

  await page.getByText('User Metadata').first().click();
  const checklist = page.locator('iframe').nth(1).contentFrame();
  await checklist.getByText(/waits for olivia since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/).waitFor();
  await picture(page, 'web-ui-checklist');
  expect(await page.getByText(/could not (connect|be decoded)/).count()).toBe(0);
  expect(complaints).toEqual([]);
});

it('lists the workflows at /temporal, finds a vendor by its code, and asks for the sign-in when the session has ended', async () => {
  await web.start({ account: 'D-1201' });
  await eventually(async () => {
    const { body } = await web.get<{ cancellations: View[] }>('reader', '/v1/cancellations?account=D-1201');
    return body.cancellations[0]?.state === 'closed';
  });
  const { page, complaints } = await newPage();
  await page.goto(web.address);
  await signIn(page);
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Temporal' }).click(),
  ]);
  await opened.getByText('cancellation/crm/elead/D-1201').waitFor();
  await picture(opened, 'web-ui-list');
  expect(await opened.getByText('Start Workflow').count()).toBe(0);
  await opened.goto(
    `${web.address}/temporal/namespaces/${service.namespace}/workflows?query=${encodeURIComponent('Vendor = "crm/elead"')}`,
  );
  await opened.getByRole('link', { name: 'cancellation/crm/elead/D-1201' }).first().waitFor();
  expect(await opened.getByText('cancellation/crm/vinsolutions/D-1104').count()).toBe(0);

  await page.context().clearCookies();
  await opened.getByRole('link', { name: 'cancellation/crm/elead/D-1201' }).first().click();
  // The Web UI's own words where it cannot show something.
  await opened.getByText('Try a refresh').waitFor();
  await opened.reload();
  await signIn(opened);
  await opened.getByRole('heading', { name: 'cancellation/crm/elead/D-1201' }).waitFor();
  expect(complaints).toEqual([]);
});

/** The buttons that change a workflow are not there, or disabled. */
async function expectNoAction(page: Page): Promise<void> {
  const actions = page.getByRole('button', {
    name: /^(Request Cancellation|Cancel|Terminate|Reset|Send a Signal|Send an Update|Pause|Start Workflow.*|More Actions)$/,
  });
  expect(await actions.allInnerTexts()).toEqual(['Request Cancellation', 'More Actions']);
  for (const action of await actions.all()) expect(await action.isDisabled()).toBe(true);
}
