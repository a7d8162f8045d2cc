import { eq } from 'drizzle-orm';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { tasks } from '../../db/schema/shared.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';

const names = ['Acorn', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir', 'Ginkgo', 'Hazel', 'Ironwood', 'Juniper'];
const { service, web, signIn } = await consoleForFile({
  dealers: [
    ...names.map((name, index) => ({ ...dealerWith(`Q-${100 + index}`, 'dms/dealervault'), name: `${name} Motors` })),
    ...names.map((name, index) => ({ ...dealerWith(`P-${100 + index}`, 'dms/cdk'), name: `${name} Ford` })),
  ],
});
const open = async (account: string, integration: 'dms/cdk' | 'dms/dealervault', kind: string) => {
  await dealerOf(service, account).cancel([integration]);
  return dealerOf(service, account).task(kind);
};
const rowOf = async (id: string) => (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!;
/** Of the list. */
const linkOf = (page: Page, title: string) => page.locator('a[data-task]').filter({ hasText: title });
/** What has the keyboard: its element and text, and of a field its label. */
const focused = async (page: Page) => {
  const on = 'document.activeElement';
  const text = `(${on}.labels?.[0]?.textContent ?? ${on}.textContent)`;
  return page.evaluate<string>(`${on}.tagName + ' ' + ${text}`);
};

it('ops clears a queue of ten by keyboard only', async () => {
  const queue: string[] = [];
  for (let index = 0; index < 10; index += 1) queue.push((await open(`P-${100 + index}`, 'dms/cdk', 'cdk-case')).id);
  const page = await signIn(web.keys.olivia, '/work?view=unclaimed&integration=dms%2Fcdk');
  await linkOf(page, "Create CDK's case to uninstall Acorn Ford").waitFor();
  await picture(page, 'work-unclaimed');
  const press = (key: string) => page.keyboard.press(key);
  const panel = section(page, 'Task');
  await press('j');
  await press('j');
  await press('k');
  await expect.poll(() => focused(page)).toMatch(/^A Create CDK's case to uninstall /);
  await press('Enter');
  for (let done = 0; done < 10; done += 1) {
    // The keyboard is in the task that was opened.
    await expect.poll(() => focused(page)).toMatch(/^H2 Create CDK's case to uninstall /);
    const title = await focused(page);
    const name = /uninstall (.*)$/.exec(title)![1]!;
    await panel.getByText('Unclaimed.').waitFor();
    await press('c');
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('Conversica, Inc.');
    await press('a');
    await panel.getByText('Claimed by you.').waitFor();
    await expect.poll(() => focused(page)).toMatch(/^INPUT The case's number/);
    // Letters that are keys elsewhere are typed here.
    await page.keyboard.type(`jkxace-${done}`);
    if (done === 0) await picture(page, 'work-task-beside');
    await press('Tab');
    await press('Space');
    await press('Enter');
    await panel.getByText(/^Done by you/).waitFor();
    const row = (await service.db.select().from(tasks).where(eq(tasks.dealerName, name)))[0]!;
    expect(row).toMatchObject({ state: 'done', answers: { caseNumber: `jkxace-${done}`, terminated: true } });
    if (done === 9) break;
    await expect.poll(() => focused(page)).toMatch(/^BUTTON Next: Create CDK's case to uninstall /);
    if (done === 0) await picture(page, 'work-next');
    await press('Enter');
    await expect.poll(() => focused(page)).not.toBe(title);
  }
  await panel.getByText('No other task of this list is for you to do now.').waitFor();
  await shows(page, 'No tasks match these filters.');
  const states = await Promise.all(queue.map(async (id) => (await rowOf(id)).state));
  expect(states).toEqual(Array(10).fill('done'));
});

it('lists, sorts, groups, searches and counts; the address keeps all of it', async () => {
  for (const index of [0, 1, 2]) await open(`Q-${100 + index}`, 'dms/dealervault', 'dealervault-sales');
  await eventually(
    async () => (await service.db.select().from(tasks).where(eq(tasks.kind, 'dealervault-service'))).length === 3,
  );
  const page = await signIn(web.keys.oscar, '/work?view=team');
  const titles = () => page.locator('[data-task]').allTextContents();
  const feeds = (name: string) =>
    ['Sales', 'Service'].map((feed) => `Deactivate the ${feed} feed of ${name} Motors in DealerVault`);
  await page.getByRole('tab', { name: /^Team 6$/ }).waitFor();
  await page.getByRole('tab', { name: /^Unclaimed 6$/ }).waitFor();
  const byDealer = page.getByRole('button', { name: /^Dealer/ });
  await byDealer.click();
  await page.waitForURL(/sort=dealer/);
  await expect.poll(async () => (await titles()).slice(0, 2).sort()).toEqual(feeds('Acorn'));
  await byDealer.click();
  await page.waitForURL(/order=desc/);
  await expect.poll(async () => (await titles()).slice(0, 2).sort()).toEqual(feeds('Cedar'));
  await page.getByLabel('Group by dealer').check();
  await section(page, 'Birch Motors · Q-101').getByText('2 tasks').waitFor();
  await picture(page, 'work-grouped');
  await page.getByRole('searchbox').fill('q-102');
  await expect.poll(async () => (await titles()).sort()).toEqual(feeds('Cedar'));
  await page.waitForURL(/search=q-102/);
  await page.reload();
  await expect.poll(async () => (await titles()).sort()).toEqual(feeds('Cedar'));
  expect(await page.getByRole('searchbox').inputValue()).toBe('q-102');
  await linkOf(page, feeds('Cedar')[0]!).click();
  await section(page, 'Task')
    .getByRole('heading', { name: feeds('Cedar')[0]! })
    .waitFor();
  expect(page.url()).toMatch(/search=q-102.*task=[0-9a-f-]{36}|task=[0-9a-f-]{36}.*search=q-102/);
  await page.reload();
  await section(page, 'Task')
    .getByRole('heading', { name: feeds('Cedar')[0]! })
    .waitFor();
  await page.getByRole('button', { name: 'Close the task' }).click();
  await section(page, 'Task').waitFor({ state: 'detached' });
  await page.getByRole('searchbox').fill('nobody');
  await shows(page, 'No tasks match these filters.');
});

it('does the same with several tasks, and says of each what became of it', async () => {
  const all = [];
  for (const index of [3, 4, 5]) all.push(await open(`Q-${100 + index}`, 'dms/dealervault', 'dealervault-sales'));
  const [first, second, third] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
  // Somebody else has taken one meanwhile; the list of this person does not show it yet.
  const page = await signIn(web.keys.oscar, '/work?view=team&search=motors');
  const boxOf = (title: string) => page.getByRole('checkbox', { name: `Select ${title}`, exact: true });
  for (const { content } of all) await boxOf(content.title).check();
  const bar = section(page, 'Selected tasks');
  await bar.getByText('3 selected').waitFor();
  await web.post('olivia', `/v1/tasks/${second.id}/claim`);
  // CST is down for the first try: what the service had no time for is sent again, as late as it says.
  service.sandbox.faults.cst.errors = 1_000_000;
  const unanswered = page.waitForResponse((answer) => answer.url().endsWith('/claim') && answer.status() === 503);
  await bar.getByRole('button', { name: 'Claim' }).click();
  await unanswered;
  service.sandbox.faults.cst.errors = 0;
  const results = page.getByRole('status').filter({ hasText: '2 of 3 claimed' });
  await results.getByText(/not claimed\. The task is claimed by Olivia Ops/).waitFor();
  await picture(page, 'work-bulk-results');
  expect((await rowOf(first.id)).assignee).toBe('oscar');
  expect((await rowOf(third.id)).assignee).toBe('oscar');
  expect((await rowOf(second.id)).assignee).toBe('olivia');
  // What failed stays selected.
  await bar.getByText('1 selected').waitFor();
  await bar.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('button', { name: 'Close the results' }).click();

  // By the keyboard: x selects, and the two are put off together.
  const wanted = [first.content.title, third.content.title];
  for (const title of await page.locator('[data-task]').allTextContents()) {
    await page.keyboard.press('j');
    await expect.poll(() => focused(page)).toBe(`A ${title}`);
    if (wanted.includes(title)) await page.keyboard.press('x');
  }
  await bar.getByText('2 selected').waitFor();
  await bar.getByRole('button', { name: 'Follow-up …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Put off 2 tasks' });
  await dialog.getByRole('button', { name: 'In 5 business days' }).click();
  await dialog.getByRole('button', { name: 'Put off' }).click();
  await page.getByRole('status').filter({ hasText: '2 of 2 put off' }).waitFor();
  expect((await rowOf(first.id)).followUpAt).not.toBeNull();
  await page.getByRole('tab', { name: /^Put off/ }).click();
  await linkOf(page, first.content.title).waitFor();
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.getByText('Copy its next text').waitFor();
  await picture(page, 'work-keys');
});

it('a selection ends with its list: neither another filter nor a row that returns brings it back', async () => {
  const { id, content } = await open('Q-108', 'dms/dealervault', 'dealervault-sales');
  const other = (await open('Q-108', 'dms/dealervault', 'dealervault-service')).content.title;
  const page = await signIn(web.keys.oscar, '/work?view=unclaimed&search=ironwood');
  const boxOf = (title: string) => page.getByRole('checkbox', { name: `Select ${title}`, exact: true });
  const bar = section(page, 'Selected tasks');
  await boxOf(content.title).check();
  await boxOf(other).check();
  await bar.getByText('2 selected').waitFor();
  expect((await web.post('olivia', `/v1/tasks/${id}/claim`)).status).toBe(200);
  await bar.getByText('1 selected').waitFor();
  expect((await web.post('olivia', `/v1/tasks/${id}/release`)).status).toBe(200);
  await boxOf(content.title).waitFor();
  expect(await boxOf(content.title).isChecked()).toBe(false);
  expect(await boxOf(other).isChecked()).toBe(true);
  await page.getByRole('searchbox').fill('motors');
  await page.waitForURL(/search=motors/);
  await bar.waitFor({ state: 'detached' });
  expect(await boxOf(other).isChecked()).toBe(false);
});

it("a team lead's inbox is what was escalated (by the keyboard: e), first", async () => {
  const { id, content } = await open('Q-106', 'dms/dealervault', 'dealervault-service');
  const own = await signIn(web.keys.oscar, `/tasks/${id}`);
  await shows(own, 'Unclaimed.');
  await own.keyboard.press('e');
  await expect.poll(() => focused(own)).toMatch(/^TEXTAREA Why it cannot be done/);
  await own.keyboard.type('My login is locked');
  await own.keyboard.press('Tab');
  await own.keyboard.press('Enter');
  await shows(own, 'Escalated to a team lead by you.');
  const page = await signIn(web.keys.lena, '/work');
  await page.getByRole('tab', { name: /^Escalated 1$/, selected: true }).waitFor();
  expect((await page.getByRole('tab').allTextContents())[0]).toMatch(/^Escalated/);
  await linkOf(page, content.title).click();
  const panel = section(page, 'Task');
  await panel.getByText('My login is locked').first().waitFor();
  await picture(page, 'work-inbox');
  await panel.getByLabel('Note: why it can be done').fill('It is unlocked');
  await panel.getByRole('button', { name: 'Return to Oscar Ops' }).click();
  await panel.getByText('Assigned to Oscar Ops; not claimed yet.').waitFor();
  await shows(page, 'Nothing waits for a team lead’s decision.');
  expect((await rowOf(id)).state).toBe('open');
});

it('on a phone is a list and then a page, with filters that fit', async () => {
  const { id, content } = await open('Q-107', 'dms/dealervault', 'dealervault-sales');
  const page = await signIn(web.keys.olivia, '/work?view=unclaimed&search=hazel', 390);
  const fits = async (what: string) =>
    expect(await page.evaluate('document.documentElement.scrollWidth'), what).toBeLessThanOrEqual(390);
  await linkOf(page, content.title).waitFor();
  await picture(page, 'phone-work');
  await fits('list');
  const later = await signIn(web.keys.olivia, '/work?view=later', 390);
  const chosen = later.getByRole('tab', { name: /^Put off/, selected: true });
  await expect
    .poll(async () => {
      const { x, width } = (await chosen.boundingBox())!;
      return x >= 0 && x + width <= 390;
    })
    .toBe(true);
  await linkOf(page, content.title).click();
  await page.waitForURL(`**/tasks/${id}`);
  await page.getByRole('button', { name: 'Claim' }).click();
  await shows(page, 'Claimed by you.');
  await picture(page, 'phone-task');
  await fits('task');
  await page.getByLabel('The Sales feed is deactivated').check();
  // The next task has been read before, so that it is there at once.
  await page.getByRole('link', { name: '← Work' }).click();
  await linkOf(page, content.title.replace('Sales', 'Service')).click();
  await page.getByRole('heading', { level: 1, name: /Service feed of Hazel Motors/ }).waitFor();
  await page.goBack();
  await page.goBack();
  await page.getByRole('button', { name: 'Complete' }).click();
  await page.getByRole('button', { name: /^Next: Deactivate the Service feed of Hazel Motors/ }).click();
  await expect.poll(() => focused(page)).toMatch(/^H1 Deactivate the Service feed of Hazel Motors/);
  await page.getByRole('link', { name: '← Work' }).click();
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('hazel');
});
