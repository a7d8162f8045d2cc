import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';

/** What axe finds in the forms and dialogs that open on the pages: see accessibility.test.ts for the pages themselves. */

const { web, service, ...file } = await consoleForFile();

async function signIn(key: string, path: string): Promise<Page> {
  const page = await file.signIn(key, path);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

const ticketOf = async (account: string) => {
  await web.start({ account, integrations: ['crm/vinsolutions'] });
  return dealerOf(service, account).task('vinsolutions-portal');
};

describe('nothing is wrong for screen readers, keyboards and weak eyes', () => {
  it('in a dry run, and where it is started', async () => {
    const page = await signIn(web.keys.admin, '/cancellations/new?account=D-1104');
    const start = page.getByRole('button', { name: 'Start the cancellation …' });
    await start.waitFor();
    await expectAccessible(page, 'plan');
    await start.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start the cancellation' }).waitFor();
    await expectAccessible(page, 'plan-start');
    const blocked = await signIn(web.keys.admin, '/cancellations/new?account=D-1401');
    await blocked
      .getByText(/Active/)
      .first()
      .waitFor();
    await expectAccessible(blocked, 'plan-blocked');
  });

  it('where a cancellation is withdrawn', async () => {
    const { subject: id } = await ticketOf('D-1105');
    const page = await signIn(web.keys.admin, `/cancellations/${id}`);
    await page.getByRole('button', { name: 'Withdraw …' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Reason').waitFor();
    await expectAccessible(page, 'withdraw');
    await form.getByLabel('Reason').fill('The customer stays');
    await expectAccessible(page, 'withdraw-filled');
  });

  it('where a task is put off, alone and with others', async () => {
    const { id } = await ticketOf('D-1103');
    await web.post('olivia', `/v1/tasks/${id}/claim`);
    const page = await signIn(web.keys.olivia, `/tasks/${id}`);
    await page.getByRole('button', { name: 'In 3 business days' }).click();
    await page.getByText(/^Returns /).waitFor();
    await expectAccessible(page, 'follow-up');
    await page.getByLabel('Follow-up date').fill('2001-01-01');
    await expectAccessible(page, 'follow-up-wrong');

    const list = await signIn(web.keys.lena, '/work?view=team');
    await list.getByRole('checkbox').last().check();
    const selected = list.getByRole('region', { name: 'Selected tasks' });
    for (const name of ['Follow-up …', 'Assign …']) {
      await selected.getByRole('button', { name }).click();
      await list.getByRole('dialog').waitFor();
      await expectAccessible(list, `selected-${name.split(' ')[0]}`);
      await list.keyboard.press('Escape');
      await list.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('where a team lead closes a task without completing it', async () => {
    const { id } = await ticketOf('D-1102');
    await web.post('olivia', `/v1/tasks/${id}/escalate`, { reason: 'The portal is down' });
    const page = await signIn(web.keys.lena, `/tasks/${id}`);
    await page.getByLabel('Reason: why it is not to be completed').fill('VinSolutions has closed the account');
    await page.getByRole('button', { name: 'Close without completing …' }).click();
    await page.getByLabel('I have read what stays').waitFor();
    await expectAccessible(page, 'close-not-completed');
  });

  it('where people are added and changed', async () => {
    const page = await signIn(web.keys.admin, '/admin?view=people');
    await page.getByRole('button', { name: 'Add a person' }).click();
    const form = page.getByRole('dialog', { name: 'Add a person' });
    await form.getByLabel('ID').fill('Not An ID');
    await form.getByLabel('Name').fill('A Person');
    await form.getByLabel('Email').fill('person@example.com');
    await expectAccessible(page, 'person-new');
    await form.getByRole('button', { name: /Save|Add/ }).click();
    await form.getByRole('alert').waitFor();
    await expectAccessible(page, 'person-refused');
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit Lena Lead' }).click();
    await page.getByRole('dialog', { name: 'Edit Lena Lead' }).waitFor();
    await expectAccessible(page, 'person-edited');
  });

  it('where API keys are created, shown and revoked', async () => {
    const page = await signIn(web.keys.admin, '/admin?view=keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const form = page.getByRole('dialog', { name: 'Create an API key' });
    await form.getByLabel('Name').fill('forms');
    await form.getByRole('checkbox').first().check();
    await expectAccessible(page, 'key-new');
    await form.getByRole('button', { name: /Create/ }).click();
    const created = page.getByRole('dialog', { name: 'The key forms is created' });
    await created.waitFor();
    await expectAccessible(page, 'key-created');
    await created.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Revoke the key forms' }).click();
    await page.getByRole('dialog', { name: 'Revoke the key forms?' }).waitFor();
    await expectAccessible(page, 'key-revoke');
  });

  it('where the session has ended, or another person has signed in', async () => {
    const page = await signIn(web.keys.oscar, '/work');
    const focus = () => page.evaluate("window.dispatchEvent(new Event('focus'))");
    const begun = await page.request.post(`${web.address}/v1/session`, {
      data: { key: web.keys.olivia, replaces: 'oscar' },
    });
    await focus();
    const choice = page.getByRole('dialog', { name: 'Olivia Ops has signed in in this browser' });
    await choice.waitFor();
    await expectAccessible(page, 'session-replaced');
    await choice.getByRole('button', { name: 'Sign in again as Oscar Ops' }).click();
    await choice.getByRole('textbox', { name: 'API key' }).waitFor();
    await expectAccessible(page, 'session-replaced-sign-in');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Choose who continues' }).waitFor();
    await expectAccessible(page, 'session-replaced-bar');
    expect(begun.status()).toBe(200);
    await page.context().clearCookies();
    await focus();
    await page.getByText('Your session has ended: sign in again.').waitFor();
    await expectAccessible(page, 'session-ended');
  });
});
