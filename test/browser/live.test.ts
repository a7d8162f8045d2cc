import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';

/** What an open page does while others work, and while the connection or the session is lost. */

const file = await consoleForFile({ mayComplain: true });
const { service, signIn } = file;

/** A task of VinSolutions for a dealer who has no other. */
async function ticketOf(account: string): Promise<string> {
  expect((await file.web.start({ account, integrations: ['crm/vinsolutions'] })).status).toBe(202);
  return taskOf(account);
}
const taskOf = async (account: string) => (await dealerOf(service, account).task('vinsolutions-portal')).id;

/** What the page requests from now on, without who is signed in. */
function requestsOf(page: Page) {
  const requests: { path: string; lastEventId?: string }[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (path.startsWith('/v1/') && path !== '/v1/session')
      requests.push({ path, lastEventId: request.headers()['last-event-id'] });
  });
  return requests;
}

/** Of the stream that the page opens next. */
const streamOf = (page: Page) => page.waitForResponse((response) => response.url().endsWith('/v1/changes'));
const ticketField = "The portal ticket's number";
/** Less than the time after which a page reads everything again by itself. */
const soon = { timeout: 90_000 };
/** Comments on the task that the page shows, and waits until the page has heard of it. */
async function comment(page: Page, taskId: string, text: string): Promise<void> {
  const url = `/v1/tasks/${taskId}/comments/${randomUUID()}`;
  expect((await file.web.call('olivia', 'PUT', url, { body: { text } })).status).toBe(200);
  await page.getByText(text).first().waitFor(soon);
}
const delayed = (page: Page) => page.getByText('Updates delayed');

describe('a page that is open', () => {
  it('shows what another person does without polling, and reads only what has changed', async () => {
    const id = await ticketOf('D-1103');
    const task = await signIn(file.web.keys.oscar, `/tasks/${id}`);
    const other = await ticketOf('D-1104');
    const elsewhere = await signIn(file.web.keys.lena, `/tasks/${other}`);
    // A comment that a page has read when it was opened is no sign that it listens.
    for (const page of [task, elsewhere]) await page.getByRole('button', { name: 'Claim' }).waitFor();
    await comment(elsewhere, other, 'Both pages listen');
    const [requests, others] = [requestsOf(task), requestsOf(elsewhere)];
    expect((await file.web.post('olivia', `/v1/tasks/${id}/claim`)).status).toBe(200);
    await task.getByText('olivia').first().waitFor(soon);
    expect(requests.map(({ path }) => path)).toContain(`/v1/tasks/${id}`);
    await comment(elsewhere, other, 'The claim was heard before');
    expect(others.filter(({ path }) => path === `/v1/tasks/${other}`)).toHaveLength(1);
  });

  it('is read once when it is opened, and once for each change', async () => {
    const id = await taskOf('D-1104');
    const page = await signIn(file.web.keys.oscar, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    const requests = requestsOf(page);
    await page.reload();
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    const body = { text: 'The stream is heard' };
    expect((await file.web.call('olivia', 'PUT', `/v1/tasks/${id}/comments/${randomUUID()}`, { body })).status).toBe(
      200,
    );
    await page.getByText(body.text).first().waitFor(soon);
    expect(requests.filter(({ path }) => path === '/v1/people')).toHaveLength(1);
    expect(requests.filter(({ path }) => path === `/v1/tasks/${id}`)).toHaveLength(2);
  });

  it('asks for the same answer with its ETag, and shows it again', async () => {
    const id = await taskOf('D-1104');
    const page = await signIn(file.web.keys.oscar, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    const again = page.waitForResponse(
      (response) => response.url().endsWith(`/v1/tasks/${id}`) && response.status() === 304,
    );
    // As when somebody returns to the tab.
    await expect
      .poll(async () => {
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
        return Promise.race([again.then(() => true), page.waitForTimeout(500).then(() => false)]);
      }, soon)
      .toBe(true);
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('shows in one tab what the same person does in the other', async () => {
    const id = await ticketOf('D-1102');
    const page = await signIn(file.web.keys.olivia, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    const second = await page.context().newPage();
    await second.goto(`${file.web.address}/tasks/${id}`);
    await second.getByRole('button', { name: 'Claim' }).click();
    await page.getByLabel(ticketField).waitFor(soon);
    await expect.poll(() => page.getByRole('button', { name: 'Claim' }).isDisabled(), soon).toBe(true);
  });
});

describe('a tab that is hidden', () => {
  it('gives its stream back and requests nothing, and is up to date when it is shown again', async () => {
    const id = await ticketOf('D-1101');
    const page = await signIn(file.web.keys.oscar, `/tasks/${id}`);
    // From here on also what the page has not yet loaded waits by this clock.
    await page.clock.install();
    await page.reload();
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    await comment(page, id, 'The page listens');
    const streamEnds = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/changes'));
    const hide = (hidden: boolean) =>
      page.evaluate(`(() => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${hidden} });
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${hidden ? 'hidden' : 'visible'}' });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      })()`);
    await hide(true);
    await streamEnds;
    const requests = requestsOf(page);
    expect((await file.web.post('olivia', `/v1/tasks/${id}/claim`)).status).toBe(200);
    // Longer than a page that is visible waits before it polls.
    await page.clock.runFor(120_000);
    // Requests are seen in their order.
    await page.evaluate("fetch('/')");
    expect(requests).toEqual([]);
    await hide(false);
    await page.getByText('olivia').first().waitFor(soon);
    expect(requests.find(({ path }) => path === '/v1/changes')?.lastEventId).toMatch(/^\d+-\d+\/\d+:\d+:/);
    expect(await delayed(page).count()).toBe(0);
  });
});

describe('while the connection is lost', () => {
  it('a stream that was cut continues where it was', async () => {
    const id = await ticketOf('D-1702');
    const page = await signIn(file.web.keys.oscar, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    await comment(page, id, 'The page listens');
    const resumed = streamOf(page);
    file.web.app.server.closeAllConnections();
    expect((await file.web.post('olivia', `/v1/tasks/${id}/claim`)).status).toBe(200);
    expect((await resumed).request().headers()['last-event-id']).toMatch(/^\d+-\d+\/\d+:\d+:/);
    await page.getByText('olivia').first().waitFor(soon);
  });

  it('the API may restart while somebody types: nothing is lost, and the page says that it is not up to date', async () => {
    const id = await ticketOf('D-1902');
    const page = await signIn(file.web.keys.olivia, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).click();
    await page.getByLabel(ticketField).fill('CASE-47');
    await file.withoutApi(async () => {
      await delayed(page).waitFor(soon);
      await page.getByLabel(ticketField).press('End');
      await page.keyboard.type('11');
      await picture(page, 'updates-delayed');
    });
    await delayed(page).waitFor({ state: 'detached', timeout: 180_000 });
    expect(await page.getByLabel(ticketField).inputValue()).toBe('CASE-4711');
    await page.getByLabel('The ticket is submitted: it is done').check();
    await page.getByRole('button', { name: 'Complete' }).click();
    await page.getByText('CASE-4711').first().waitFor();
    expect((await file.web.get<{ state: string }>('olivia', `/v1/tasks/${id}`)).body.state).toBe('done');
  });
});

describe('when the session ends', () => {
  it('an idle page says so by itself, keeps what was typed, and goes on after signing in again', async () => {
    const id = await ticketOf('D-1105');
    const page = await signIn(file.web.keys.olivia, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Claim' }).click();
    await page.getByLabel(ticketField).fill('CASE-1');
    const { status } = await file.web.call('olivia', 'DELETE', '/v1/sessions');
    expect(status).toBe(204);
    const again = page.getByRole('dialog');
    await again.getByText('Your session has ended').waitFor(soon);
    await again.getByRole('textbox', { name: 'API key' }).fill(file.web.keys.olivia);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await page.getByLabel(ticketField).inputValue()).toBe('CASE-1');
    expect((await file.web.post('lena', `/v1/tasks/${id}/assign`, { to: 'oscar' })).status).toBe(200);
    await page.getByText('Assigned to oscar').first().waitFor(soon);
  });
});
