import { eq, sql } from 'drizzle-orm';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { tasks } from '../../db/schema/shared.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { dealerWith } from '../support/runs.ts';

const names = ['Acorn', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir'];
const { service, web, signIn } = await consoleForFile({
  dealers: [
    ...names.map((name, index) => ({ ...dealerWith(`P-${100 + index}`, 'dms/cdk'), name: `${name} Ford` })),
    ...names.map((name, index) => ({ ...dealerWith(`V-${100 + index}`, 'crm/dealersocket'), name: `${name} Kia` })),
  ],
});
const cdkCase = async (account: string) => {
  await dealerOf(service, account).cancel(['dms/cdk']);
  return dealerOf(service, account).task('cdk-case');
};
const linkOf = (page: Page, title: string) => page.locator('a[data-task]').filter({ hasText: title });
interface Box {
  scrollWidth: number;
  clientWidth: number;
  querySelectorAll(selector: string): Iterable<Box>;
}
/** Whether something in it is wider than it has room. */
const isCut = (one: Locator) =>
  one.evaluate((element: Box) =>
    [element, ...element.querySelectorAll('*')].some(
      ({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1,
    ),
  );

it('opens the first list in which the person is needed, and an empty one leads to it', async () => {
  const { id, content } = await cdkCase('P-100');
  // Oscar has nothing, and one task waits for somebody.
  const page = await signIn(web.keys.oscar, '/work');
  await page.getByRole('tab', { name: /^Unclaimed 1$/, selected: true }).waitFor();
  await page.waitForURL(/view=unclaimed/);
  await linkOf(page, content.title).waitFor();
  await page.getByRole('tab', { name: /^Mine/ }).click();
  await shows(page, 'Nothing is assigned to you now.');
  await page.getByRole('link', { name: 'Unclaimed: one task' }).click();
  await linkOf(page, content.title).waitFor();
  // Once he has one, his own list is first.
  await web.post('oscar', `/v1/tasks/${id}/claim`);
  await page.getByRole('tab', { name: /^Mine 1$/ }).waitFor();
  await page.getByRole('link', { name: /^Work/ }).first().click();
  await page.getByRole('tab', { name: /^Mine 1$/, selected: true }).waitFor();
});

it('after Complete offers the first task of the list that is the person’s to do', async () => {
  const [late, escalated, others, done, last] = await Promise.all(
    ['P-101', 'P-102', 'P-103', 'P-104', 'P-105'].map(cdkCase),
  );
  const due = async (id: string, hours: number) =>
    service.db
      .update(tasks)
      .set({ dueAt: sql`now() + make_interval(hours => ${hours})` })
      .where(eq(tasks.id, id));
  await due(escalated!.id, -6);
  await due(late!.id, -4);
  await due(others!.id, -2);
  await web.post('oscar', `/v1/tasks/${escalated!.id}/escalate`, { reason: 'CDK’s page is down' });
  await web.post('oscar', `/v1/tasks/${others!.id}/claim`);
  await web.post('olivia', `/v1/tasks/${last!.id}/claim`);

  const page = await signIn(web.keys.olivia, `/work?view=team&sort=due&task=${done!.id}`);
  const panel = section(page, 'Task');
  // Before it is claimed it says what will be asked.
  await section(page, 'Finish').getByText('Claim the task first. It then asks you for:').waitFor();
  await section(page, 'Finish').getByText("The case's number").waitFor();
  const badge = page.getByRole('row').filter({ hasText: 'Birch Ford' }).getByText('late', { exact: true });
  expect(await isCut(badge)).toBe(false);
  const complete = async (number: string) => {
    await panel.getByRole('button', { name: 'Claim' }).click();
    await panel.getByLabel("The case's number").fill(number);
    await panel.getByLabel('CDK has terminated the integration').check();
    await panel.getByRole('button', { name: 'Complete' }).click();
  };
  await complete('00031');
  // Neither the escalated one, which is later than all, nor the one that somebody else does.
  const next = panel.getByRole('button', { name: /^Next: / });
  await expect.poll(() => next.textContent()).toBe(`Next: ${late!.content.title}`);
  await picture(page, 'work-next-wide');
  expect(await isCut(next)).toBe(false);
  await next.click();
  await panel.getByText('Unclaimed.').waitFor();
  await complete('00032');
  await expect.poll(() => next.textContent()).toBe(`Next: ${last!.content.title}`);
});

it.each([1280, 390])('its messages cover nothing that acts, %d pixels wide', async (width) => {
  const account = width === 390 ? 'V-100' : 'V-101';
  await dealerOf(service, account).cancel(['crm/dealersocket']);
  const { id } = await dealerOf(service, account).task('dealersocket-form');
  const page = await signIn(web.keys.olivia, `/tasks/${id}`, width);
  await page.getByRole('button', { name: 'Claim' }).click();
  const message = page.getByRole('alert').filter({ hasText: 'The task is yours' });
  await message.waitFor();
  await page.getByLabel('The form is submitted').waitFor();
  // While it slides in, it is elsewhere.
  await expect
    .poll(() => page.evaluate("document.getAnimations().filter((one) => one.playState === 'running').length"))
    .toBe(0);
  await picture(page, `message-${width}`);
  const box = (await message.boundingBox())!;
  const complete = page.getByRole('button', { name: 'Complete' });
  for (const one of await page.locator('main').locator('a, button, input, textarea, select').all()) {
    const other = await one.boundingBox();
    if (!other) continue;
    const isApart =
      other.x + other.width <= box.x ||
      box.x + box.width <= other.x ||
      other.y + other.height <= box.y ||
      box.y + box.height <= other.y;
    // What has scrolled under the header is not there to be pressed.
    if (other.y + other.height > 56) expect(isApart, await one.textContent().then(String)).toBe(true);
  }
  if (width > 390) await page.getByRole('link', { name: /^Work/ }).click({ trial: true });
  await complete.scrollIntoViewIfNeeded();
  await complete.click({ trial: true });
  const person = page.getByRole('button', { name: 'Olivia Ops' });
  await person.click({ trial: true });
  const { x, width: wide } = (await person.boundingBox())!;
  expect(x + wide).toBeLessThanOrEqual(width);
});

it('what is only to be read is not offered to copy, and a task that was put off says so', async () => {
  await dealerOf(service, 'V-102').cancel(['crm/dealersocket']);
  const { id } = await dealerOf(service, 'V-102').task('dealersocket-form');
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await section(page, 'What to do').getByText('Why this answer to "Part of a group?"').waitFor();
  await section(page, 'Texts to copy').getByRole('button', { name: 'Copy CRM ID' }).waitFor();
  expect(await page.getByRole('button', { name: /^Copy (Why|Dealer with)/ }).count()).toBe(0);
  await shows(page, 'Nobody has the task, so that nobody gets a mail about it.');
  await page.getByRole('button', { name: 'Claim' }).click();
  await shows(page, 'The task is yours: nobody gets a mail about it.');
  const followUp = section(page, 'Follow-up');
  await followUp.getByRole('button', { name: 'In 5 business days' }).click();
  await followUp.getByRole('button', { name: 'Set follow-up date' }).click();
  await page.getByText('put off', { exact: true }).waitFor();
  await page.getByRole('link', { name: '← Work' }).click();
  await page.getByRole('tab', { name: /^Put off/ }).click();
  await page.getByRole('row').filter({ hasText: 'Cedar Kia' }).getByText('put off', { exact: true }).waitFor();
});
