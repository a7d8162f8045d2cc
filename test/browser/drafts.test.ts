import { eq } from 'drizzle-orm';
import type { Page, Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { tasks } from '../../db/schema/shared.ts';
import type { TaskAnswers } from '../../domain/shared/tasks.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { dealerWith } from '../support/runs.ts';

/** Drafts of tasks that span days: what is typed reaches the service once, in order, and replaces nothing newer. */

const { service, web, signIn, withoutApi } = await consoleForFile({
  dealers: Array.from({ length: 10 }, (_, index) => dealerWith(`C-${100 + index}`, 'dms/cdk')),
});

let nextCase = 100;
/** CDK's case of a dealer that no other test has, claimed by Olivia. */
async function cdkCase() {
  const account = `C-${nextCase++}`;
  await dealerOf(service, account).cancel(['dms/cdk']);
  const task = await dealerOf(service, account).task('cdk-case');
  expect((await web.post('olivia', `/v1/tasks/${task.id}/claim`)).status).toBe(200);
  return task;
}
const kept = async (id: string) =>
  (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!.draftAnswers as TaskAnswers | null;
const keeps = (id: string, answers: TaskAnswers) => expect.poll(() => kept(id), { timeout: 90_000 }).toEqual(answers);
const save = async (person: 'olivia' | 'oscar', id: string, answers: TaskAnswers) =>
  expect((await web.call(person, 'PUT', `/v1/tasks/${id}/draft`, { body: { answers } })).status).toBe(200);
const assign = async (id: string, to: string) =>
  expect((await web.post('lena', `/v1/tasks/${id}/assign`, { to })).status).toBe(200);
const number = (page: Page) => page.getByRole('textbox', { name: "The case's number" });
const terminated = (page: Page) => section(page, 'Finish').getByRole('checkbox');
const isDraft = (request: Request) => request.method() === 'PUT' && request.url().endsWith('/draft');
/** The drafts that the page sends from now on. */
function draftsOf(page: Page): Request[] {
  const drafts: Request[] = [];
  page.on('request', (request) => {
    if (isDraft(request)) drafts.push(request);
  });
  return drafts;
}
/** Holds the next draft that the page sends. @returns resolves with how to let it go, once it was sent */
function held(page: Page): Promise<() => Promise<void>> {
  return new Promise((resolve) => {
    void page.route(
      '**/draft',
      (route) =>
        resolve(async () => {
          const answered = page.waitForResponse((response) => response.request() === route.request());
          await route.continue();
          await answered;
        }),
      { times: 1 },
    );
  });
}

it('a task that is opened again shows what was saved last, not what it had when it was read', async () => {
  const [task, other] = [await cdkCase(), await cdkCase()];
  await save('olivia', task.id, { caseNumber: 'C-1' });
  const page = await signIn(web.keys.olivia, `/work?view=mine&task=${task.id}`);
  await expect.poll(() => number(page).inputValue()).toBe('C-1');
  await terminated(page).check();
  await keeps(task.id, { caseNumber: 'C-1', terminated: true });
  await shows(page, /^Draft saved .* by you$/);
  const open = async ({ content: { title } }: typeof task) => {
    await page.locator('a[data-task]').filter({ hasText: title }).click();
    await section(page, 'Task').getByRole('heading', { level: 2, name: title }).waitFor();
  };
  await open(other);
  await open(task);
  await number(page).waitFor();
  expect(await terminated(page).isChecked()).toBe(true);
  await number(page).fill('C-12');
  await keeps(task.id, { caseNumber: 'C-12', terminated: true });
});

it('a newer draft of somebody else is shown, and what was typed but not saved is offered beside it', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(page).fill('C-1');
  await keeps(id, { caseNumber: 'C-1' });
  await shows(page, /^Draft saved .* by you$/);
  const late = held(page);
  await number(page).fill('C-12');
  const letGo = await late;
  await assign(id, 'oscar');
  await letGo();
  const left = page.getByRole('alert', { name: 'What you had typed' });
  await left.getByText('Not all of this was saved: copy what is still needed.').waitFor();
  expect((await web.post('oscar', `/v1/tasks/${id}/claim`)).status).toBe(200);
  await save('oscar', id, { caseNumber: 'X-9' });
  await assign(id, 'olivia');
  await page.getByRole('button', { name: 'Claim' }).click();
  await shows(page, /^Draft saved .* by Oscar Ops$/);
  expect(await number(page).inputValue()).toBe('X-9');
  await left.getByText('A newer draft was saved meanwhile').waitFor();
  await left.getByText('C-12').waitFor();
  await picture(page, 'draft-newer-of-another');
  await terminated(page).check();
  await keeps(id, { caseNumber: 'X-9', terminated: true });
  await left.getByText('C-12').waitFor();
  await left.getByRole('button', { name: 'Discard it' }).click();
  await left.waitFor({ state: 'detached' });
  expect(await number(page).inputValue()).toBe('X-9');
});

it('a second tab of the same person does not replace what the first one has saved', async () => {
  const { id } = await cdkCase();
  const first = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(first).waitFor();
  const second = await first.context().newPage();
  await second.goto(`${web.address}/tasks/${id}`);
  await number(second).waitFor();
  await number(first).fill('C-of-the-first');
  await keeps(id, { caseNumber: 'C-of-the-first' });
  await number(second).fill('C-2');
  await second.getByRole('alert', { name: 'What you had typed' }).getByText('C-2').waitFor();
  expect(await number(second).inputValue()).toBe('C-of-the-first');
  expect(await kept(id)).toEqual({ caseNumber: 'C-of-the-first' });
  await number(second).fill('C-of-both');
  await keeps(id, { caseNumber: 'C-of-both' });
});

it('sends one draft at a time, so that the service ends with the latest', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(page).waitFor();
  await page.clock.install();
  const drafts = draftsOf(page);
  const first = held(page);
  await number(page).fill('C-1');
  await page.clock.runFor(1_000);
  const letGo = await first;
  await number(page).fill('C-12');
  const early = page.waitForResponse((response) => isDraft(response.request()), { timeout: 2_000 }).catch(() => null);
  await page.clock.runFor(1_000);
  expect(await early).toBeNull();
  await letGo();
  await keeps(id, { caseNumber: 'C-12' });
  await shows(page, /^Draft saved .* by you$/);
  expect(drafts.map((draft) => draft.postDataJSON().answers.caseNumber)).toEqual(['C-1', 'C-12']);
});

it('saves what was typed last by somebody who leaves the task at once', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(page).waitFor();
  // Nothing happens after a while.
  await page.clock.install();
  await page.clock.pauseAt(new Date(Date.now() + 60_000));
  await number(page).fill('C-1');
  await page.getByRole('link', { name: '← Work' }).click();
  await keeps(id, { caseNumber: 'C-1' });
});

it('saves what was typed during an outage, also when the person is on another page then', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/work?view=mine&task=${id}`);
  await number(page).waitFor();
  await withoutApi(async () => {
    await number(page).fill('C-1');
    await shows(page, /^Not saved yet: The service cannot be reached/);
    await page.getByRole('button', { name: 'Close the task' }).click();
    await number(page).waitFor({ state: 'detached' });
  });
  await keeps(id, { caseNumber: 'C-1' });
});

it('does not send a draft again that the service rejects, and says that it is not saved', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(page).waitFor();
  await page.clock.install();
  const drafts = draftsOf(page);
  await number(page).fill('C-1\u0007');
  await page.clock.runFor(1_000);
  await shows(page, /^Not saved: .* It is kept in this tab only\.$/);
  await picture(page, 'draft-rejected');
  await page.clock.runFor(60_000);
  await number(page).fill('C-1');
  await page.clock.runFor(1_000);
  await keeps(id, { caseNumber: 'C-1' });
  await shows(page, /^Draft saved .* by you$/);
  expect(drafts).toHaveLength(2);
});

it('tells who has lost a task that its draft was saved', async () => {
  const { id } = await cdkCase();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await number(page).fill('C-1');
  await keeps(id, { caseNumber: 'C-1' });
  await shows(page, /^Draft saved .* by you$/);
  await assign(id, 'oscar');
  const left = page.getByRole('alert', { name: 'What you had typed' });
  await left.getByText('This was saved as its draft: whoever has the task continues with it.').waitFor();
  expect(await left.getByText('Nothing of this was sent').count()).toBe(0);
});
