import type { Page, Response } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { makeSignInLink, signInAddress } from '../../db/queries/signInLinks.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';

/** Two people in one browser: all its tabs have one session cookie, and each page belongs to one person. */

const { service, web, signIn, newContext } = await consoleForFile();

const who = (page: Page, name: string) => page.getByRole('banner').getByRole('button', { name }).waitFor();
const replaced = (page: Page) => page.getByRole('dialog', { name: 'Olivia Ops has signed in in this browser' });
const reasonField = 'Why it cannot be done';

async function linkOf(personId: string): Promise<string> {
  const { id } = await createKey(service.db, { name: personId, scopes: ['tasks:write', 'read'], personId });
  return signInAddress(web.address, await makeSignInLink(service.db, id));
}

/** Signs in as another person in the page's browser without its tabs hearing of it, as when the other tab is gone at once. */
async function replaceSession(page: Page, key: string, replaces: string): Promise<void> {
  const response = await page.request.post(`${web.address}/v1/session`, { data: { key, replaces } });
  expect(response.status()).toBe(200);
}

/** The person comes back to the page, which then looks who is signed in. */
const returnTo = (page: Page) => page.evaluate("window.dispatchEvent(new Event('focus'))");

/** Ends the session in the page's browser, and waits until the page says so. */
async function loseSession(page: Page): Promise<void> {
  await page.context().clearCookies();
  await returnTo(page);
  await page.getByText('Your session has ended: sign in again.').waitFor();
}

/** An open task of a dealer who has no other. */
async function ticketOf(account: string): Promise<string> {
  expect((await web.start({ account, integrations: ['crm/vinsolutions'] })).status).toBe(202);
  return (await dealerOf(service, account).task('vinsolutions-portal')).id;
}
const taskState = async (id: string) =>
  (await web.get<{ state: string; assignee: string | null }>('reader', `/v1/tasks/${id}`)).body;

describe('a page whose browser has another person’s session', () => {
  it('does nothing in the other person’s name, says who has signed in, and keeps what was typed', async () => {
    const id = await ticketOf('D-1103');
    const page = await signIn(web.keys.oscar, `/tasks/${id}`);
    const claim = page.getByRole('button', { name: 'Claim' });
    await claim.waitFor();
    await replaceSession(page, web.keys.olivia, 'oscar');
    const answer = page.waitForResponse((response) => response.url().endsWith(`/v1/tasks/${id}/claim`));
    // Also when the page has noticed by now.
    await claim.dispatchEvent('click');
    expect((await answer).status()).toBe(412);
    await replaced(page).waitFor();
    expect((await taskState(id)).state).toBe('open');
    await who(page, 'Oscar Ops');
  });

  it('learns of it from the other tab, keeps what is typed, and goes on when its person has signed in again', async () => {
    const id = await ticketOf('D-1104');
    expect((await web.post('lena', `/v1/tasks/${id}/claim`)).status).toBe(200);
    const page = await signIn(web.keys.lena, `/tasks/${id}`);
    await page.getByRole('button', { name: 'Escalate …' }).click();
    await page.getByLabel(reasonField).fill('The portal refuses it');
    const other = await page.context().newPage();
    await other.goto(await linkOf('olivia'));
    const question = other.getByRole('dialog', { name: 'Sign in as another person?' });
    await question.getByText('Lena Lead is signed in in this browser').waitFor();
    await picture(other, 'identity-link-question');
    await question.getByRole('button', { name: 'Stay signed in as Lena Lead' }).click();
    await who(other, 'Lena Lead');
    expect(await replaced(page).count()).toBe(0);

    await other.goto('about:blank');
    await other.goto(await linkOf('olivia'));
    await question.getByRole('button', { name: 'End Lena Lead’s session and sign in' }).click();
    await who(other, 'Olivia Ops');
    await replaced(page).getByText('This page was Lena Lead’s.').waitFor();
    await picture(page, 'identity-replaced');
    await replaced(page).getByRole('button', { name: 'Stay on this page' }).click();
    await page.getByRole('alert').getByText('Olivia Ops has signed in in this browser').waitFor();
    expect(await page.getByLabel(reasonField).inputValue()).toBe('The portal refuses it');
    await picture(page, 'identity-bar');

    await page.getByRole('button', { name: 'Choose who continues' }).click();
    await replaced(page).getByRole('button', { name: 'Sign in again as Lena Lead' }).click();
    await replaced(page).getByRole('textbox', { name: 'API key' }).fill(web.keys.lena);
    await replaced(page).getByRole('button', { name: 'Sign in' }).click();
    await replaced(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Escalate', exact: true }).click();
    await page.getByText('Escalated to a team lead by you.').waitFor();
    await other.getByRole('dialog', { name: 'Lena Lead has signed in in this browser' }).waitFor();
  });

  it('is loaded again for the new person who continues in it', async () => {
    const page = await signIn(web.keys.oscar, '/work');
    await who(page, 'Oscar Ops');
    await replaceSession(page, web.keys.olivia, 'oscar');
    await returnTo(page);
    await replaced(page).getByRole('button', { name: 'Continue as Olivia Ops' }).click();
    await who(page, 'Olivia Ops');
    expect(await replaced(page).count()).toBe(0);
  });

  it('gets no live updates, and notices by itself', async () => {
    const page = await signIn(web.keys.oscar, '/work');
    await who(page, 'Oscar Ops');
    await replaceSession(page, web.keys.olivia, 'oscar');
    // The stream of the page's own session may still be opening.
    const streams: Promise<Response | null>[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/changes')) streams.push(request.response());
    });
    await replaced(page).waitFor();
    expect((await Promise.all(streams)).map((response) => response?.status())).not.toContain(200);
  });

  it('does not sign the other person out', async () => {
    const page = await signIn(web.keys.oscar, '/sessions');
    await page.getByText('this one').waitFor();
    await replaceSession(page, web.keys.olivia, 'oscar');
    await page.getByRole('button', { name: 'Sign out everywhere' }).dispatchEvent('click');
    await replaced(page).waitFor();
    const session = await page.request.get(`${web.address}/v1/session`);
    expect((await session.json()).id).toBe('olivia');
  });
});

it('tabs of one person sign in and out together', async () => {
  const context = await newContext();
  const [one, two] = [await context.newPage(), await context.newPage()];
  for (const page of [one, two]) {
    await page.goto(web.address);
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
  }
  await one.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await one.getByRole('button', { name: 'Sign in' }).click();
  await who(two, 'Olivia Ops');
  await two.getByRole('button', { name: 'Olivia Ops' }).click();
  await two.getByRole('menuitem', { name: 'Sign out' }).click();
  await one.getByText('Your session has ended: sign in again.').waitFor();
});

it('another person who signs in where a session has ended gets a page of their own', async () => {
  const page = await signIn(web.keys.oscar, '/work');
  await who(page, 'Oscar Ops');
  await loseSession(page);
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Sign in' }).click()]);
  await who(page, 'Olivia Ops');
});

it('who has to sign in again still can when the service gives no answer meanwhile', async () => {
  const page = await signIn(web.keys.oscar, '/work');
  await who(page, 'Oscar Ops');
  await loseSession(page);
  await page.route('**/v1/session', (route) => route.fulfill({ status: 503 }));
  // More often than a dialog needs to close.
  for (let n = 0; n < 10; n++)
    await Promise.all([page.waitForResponse((response) => response.status() === 503), returnTo(page)]);
  await page.unroute('**/v1/session');
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.oscar);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await who(page, 'Oscar Ops');
});

it('a key asks before it ends the session of another person who has signed in meanwhile', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(web.address);
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  const begun = await context.request.post(`${web.address}/v1/session`, { data: { key: web.keys.lena } });
  expect(begun.status()).toBe(200);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Lena Lead is signed in in this browser').waitFor();
  await picture(page, 'identity-form-question');
  await page.getByRole('button', { name: 'End Lena Lead’s session and sign in' }).click();
  await who(page, 'Olivia Ops');
});
