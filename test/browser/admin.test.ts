import { expect, it } from 'vitest';
import { createKey, findKey } from '../../db/queries/keys.ts';
import { findPerson } from '../../db/queries/people.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile } from '../support/consoleForFile.ts';

const { service, web, ...file } = await consoleForFile({ withoutWorker: true });
const signIn = (path: string, { key = web.keys.admin, width }: { key?: string; width?: number } = {}) =>
  file.signIn(key, path, width);

it('an administrator adds a person, makes them a team lead, and ends their access', async () => {
  const page = await signIn('/admin');
  await picture(page, 'admin-people-1280');
  await page.getByRole('button', { name: 'Add a person' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: /^ID/ }).fill('Nora');
  await form.getByRole('textbox', { name: /^Name/ }).fill('Nora New');
  await form.getByRole('textbox', { name: /^Email/ }).fill('nora@example.com');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('ID must be 1 to 64 lower-case letters, digits, . _ or -.').waitFor();
  await form.getByRole('textbox', { name: /^ID/ }).fill('nora');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Nora New is saved.').waitFor();

  await page.getByRole('button', { name: 'Edit Nora New' }).click();
  await form.getByLabel('feeds', { exact: true }).check({ force: true });
  await form.getByLabel('Team lead of').selectOption('feeds');
  await picture(page, 'admin-person-1280');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText('team lead of feeds').nth(1).waitFor();
  expect(await findPerson(service.db, 'nora')).toMatchObject({
    teams: ['ops', 'feeds'],
    leadOf: 'feeds',
    active: true,
  });

  await page.getByRole('button', { name: 'Edit Nora New' }).click();
  await form.getByLabel('Works here').click({ force: true });
  await form.getByText('API keys and sessions stop working').waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit Nora New' }).waitFor({ state: 'hidden' });
  await page.getByLabel('Show people who have left').click({ force: true });
  await page.getByText('has left', { exact: true }).waitFor();
});

it('the last team lead of a team cannot stop leading it, and the form says what to do', async () => {
  const page = await signIn('/admin');
  await page.getByRole('button', { name: 'Edit Lena Lead' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Team lead of').selectOption('');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('make another member the team lead first').waitFor();
});

it('a key is created, shown once, works, and is revoked', async () => {
  const page = await signIn('/admin?view=keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: /^Name/ }).fill('warehouse');
  await form.getByLabel('Expires on').fill('2001-01-01');
  await form.getByRole('button', { name: 'Create' }).click();
  await form.getByText('Expires on must be in the future.').waitFor();
  await form.getByLabel('Expires on').fill('2099-01-31');
  await picture(page, 'admin-key-form-1280');
  await form.getByRole('button', { name: 'Create' }).click();
  await form.getByText('Copy it now').waitFor();
  const key = (await form.getByText(/^dok_/).textContent())!;
  expect(await findKey(service.db, key)).toMatchObject({ id: 'key:warehouse', scopes: ['read'] });
  await form.getByRole('button', { name: 'Done' }).click();
  await page.getByText('warehouse').waitFor();
  expect(await page.getByText(key).count()).toBe(0);
  await picture(page, 'admin-keys-1280');

  await page.getByRole('button', { name: 'Revoke the key warehouse' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke the key warehouse' }).waitFor({ state: 'hidden' });
  expect(await findKey(service.db, key)).toBeNull();
  await page.getByLabel('Show revoked and expired keys').press('Space');
  await page.getByText('revoked', { exact: true }).waitFor();
});

it('the trail of changes says by name who changed what, and is filtered by person and subject', async () => {
  const page = await signIn('/admin?view=events&subject=person/nora');
  const changes = page.getByRole('list', { name: 'Changes' });
  await changes.getByText('Person added: Nora New').waitFor();
  await changes.getByText('Team lead of: none → feeds').waitFor();
  await changes.getByText('by Admin system (API key)').first().waitFor();
  expect(await changes.getByText('API key').filter({ hasText: 'created' }).count()).toBe(0);
  await picture(page, 'admin-changes-1280');
  await page.getByRole('combobox', { name: 'Changed by' }).click();
  await page.getByRole('option', { name: 'Olivia Ops' }).click();
  await page.getByText('No change matches these filters.').waitFor();
  await page.getByLabel('Clear Changed by').click();
  await changes.getByText('Person added: Nora New').waitFor();
  await page.getByLabel('Clear What was changed').click();
  await changes.getByText('API key created: warehouse').waitFor();
});

it('the list of people says who is an administrator', async () => {
  await createKey(service.db, { name: 'lena as administrator', scopes: ['admin'], personId: 'lena' });
  const page = await signIn('/admin');
  const people = page.getByRole('list', { name: 'People' });
  await people.getByRole('listitem').filter({ hasText: 'Lena Lead' }).getByText('administrator').waitFor();
  expect(await people.getByText('administrator', { exact: true }).count()).toBe(1);
});

it('without schedules the page says so, and on a phone every part is readable', async () => {
  const page = await signIn('/admin?view=schedules', { width: 390 });
  await page.getByText('There are no schedules.').waitFor();
  for (const view of ['people', 'keys', 'events']) {
    await page.goto(`${web.address}/admin?view=${view}`);
    await page.getByRole('listitem').first().waitFor();
    await picture(page, `admin-${view}-390`);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect([view, overflow]).toEqual([view, 0]);
  }
});

it('somebody without the scope admin sees which key the page needs', async () => {
  const page = await signIn('/admin', { key: web.keys.olivia });
  await page.getByText('Your API key does not have the scope admin.').waitFor();
});
