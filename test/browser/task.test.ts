import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { tasks } from '../../db/schema/shared.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { dealerWith } from '../support/runs.ts';

const { service, web, signIn, withoutApi } = await consoleForFile({
  dealers: [
    ...Array.from({ length: 12 }, (_, index) => dealerWith(`V-${100 + index}`, 'crm/dealersocket')),
    ...Array.from({ length: 8 }, (_, index) => dealerWith(`C-${100 + index}`, 'dms/cdk')),
  ],
});

let [nextForm, nextCase] = [100, 100];
/** DealerSocket's form, of a dealer that no other test has. */
async function form() {
  const account = `V-${nextForm++}`;
  await dealerOf(service, account).cancel(['crm/dealersocket']);
  return dealerOf(service, account).task('dealersocket-form');
}
/** CDK's case, which spans days. */
async function cdkCase() {
  const account = `C-${nextCase++}`;
  await dealerOf(service, account).cancel(['dms/cdk']);
  return dealerOf(service, account).task('cdk-case');
}
/** Less than the default, so that what never comes is missed sooner. */
const soon = { timeout: 90_000 };
const rowOf = async (id: string) => (await service.db.select().from(tasks).where(eq(tasks.id, id)))[0]!;
const isState = (id: string, state: string) =>
  eventually(async () => {
    const row = await rowOf(id);
    return row.state === state && row;
  });
const escalate = async (id: string) => {
  expect((await web.post('oscar', `/v1/tasks/${id}/escalate`, { reason: 'The form is down' })).status).toBe(200);
};

it("a double click on the team lead's return does one thing, and closes nothing", async () => {
  const { id } = await form();
  await escalate(id);
  const page = await signIn(web.keys.lena, `/tasks/${id}`);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).pathname.split('/').at(-1)!);
  });
  const decision = section(page, 'Team lead’s decision');
  const note = decision.getByLabel('Note: why it can be done');
  const back = decision.getByRole('button', { name: 'Return to Oscar Ops' });
  const close = decision.getByRole('button', { name: 'Close without completing …' });
  await note.fill('It works again');
  const before = await back.boundingBox();
  await back.dblclick();
  await isState(id, 'open');
  await shows(page, 'Assigned to Oscar Ops; not claimed yet.');
  // What was said is gone, and both buttons are where they were.
  expect(await note.inputValue()).toBe('');
  expect(await back.boundingBox()).toMatchObject({ x: before!.x, width: before!.width });
  expect(await close.getAttribute('aria-disabled')).toBe('true');
  expect(sent).toEqual(['return-to-team']);
  expect((await rowOf(id)).state).toBe('open');
});

it('a team lead closes a task without completing only after they read, for which dealer, what stays active', async () => {
  const { id } = await form();
  await escalate(id);
  const page = await signIn(web.keys.lena, `/tasks/${id}`);
  const decision = section(page, 'Team lead’s decision');
  await decision.getByLabel('Reason: why it is not to be completed').fill('DealerSocket ended it itself');
  // Twice: the second click neither confirms nor dismisses it.
  await decision.getByRole('button', { name: 'Close without completing …' }).dblclick();
  const row = await rowOf(id);
  const dialog = page.getByRole('dialog', { name: `Close without completing for ${row.dealerName} (${row.account})?` });
  await dialog.getByText(`DealerSocket’s integration with ${row.dealerName}`).waitFor();
  await dialog.getByText('stays active').waitFor();
  await picture(page, 'task-close-confirmation');
  const confirm = dialog.getByRole('button', { name: 'Close without completing' });
  expect(await confirm.getAttribute('aria-disabled')).toBe('true');
  await confirm.click({ force: true });
  await dialog.getByRole('button', { name: 'Keep the task' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await rowOf(id)).state).toBe('escalated');

  await decision.getByRole('button', { name: 'Close without completing …' }).click();
  await dialog.getByLabel('I have read what stays').check();
  await dialog.getByRole('button', { name: 'Close without completing' }).click();
  await isState(id, 'not_completed');
  const outcome = section(page, 'How it ended');
  await outcome.getByText('Closed without completing by you').waitFor();
  await outcome.getByText('Reason: DealerSocket ended it itself').waitFor();
  await outcome.getByText('stays active').waitFor();
});

it('a task that has ended says how, by whom, when and why, and has nothing to do or copy', async () => {
  const { id } = await cdkCase();
  await web.post('olivia', `/v1/tasks/${id}/claim`);
  const answers = { caseNumber: '00031337', terminated: true };
  expect((await web.post('olivia', `/v1/tasks/${id}/complete`, { answers })).status).toBe(200);
  const page = await signIn(web.keys.lena, `/tasks/${id}`);
  const outcome = section(page, 'How it ended');
  await outcome.getByText(/^Done by Olivia Ops, \w{3} \d+, \d{4}, \d+:\d\d [AP]M /).waitFor();
  await outcome.getByText('00031337').waitFor();
  await picture(page, 'task-ended');
  for (const name of ['What to do', 'Texts to copy', 'Finish', 'Who does it'])
    expect(await section(page, name).count(), name).toBe(0);
  expect(await page.getByRole('button', { name: /^Copy / }).count()).toBe(0);
  expect(await page.getByText('Log in with your own login.').isVisible()).toBe(false);

  // A team lead corrects the number; the old one, who and why stay beside it.
  await outcome.getByRole('button', { name: 'Correct …' }).click();
  await outcome.getByLabel("The case's number").fill('00031338');
  await outcome.getByLabel('Reason for the correction').fill('wrong digit');
  await outcome.getByRole('button', { name: 'Correct', exact: true }).click();
  await outcome.getByText('00031338').waitFor();
  const said = outcome.getByText(/^Corrected by you, .*: was 00031337. Reason: wrong digit$/);
  await said.waitFor();
  await picture(page, 'task-corrected');
  expect((await rowOf(id)).answers).toEqual({ caseNumber: '00031338', terminated: true });
});

it('with a key of no person nothing says that a task is yours', async () => {
  const { id } = await form();
  const { key } = await createKey(service.db, { name: 'watcher', scopes: ['tasks:write', 'read', 'admin'] });
  const page = await signIn(key, `/tasks/${id}`);
  await shows(page, 'Unclaimed.');
  expect(await page.getByText(/\byou\b.*claimed|to you\b/).count()).toBe(0);
  const claim = page.getByRole('button', { name: 'Claim' });
  expect(await claim.getAttribute('aria-disabled')).toBe('true');
  await claim.hover();
  await page.getByRole('tooltip').getByText('sign in with the key of a person').waitFor();
  // The list of "mine" is not offered either.
  await page.goto(`${web.address}/work`);
  await page.getByRole('tab', { name: /^Team/ }).waitFor();
  expect(await page.getByRole('tab', { name: /^Mine/ }).count()).toBe(0);
});

it('keeps what is typed into a task that spans days in the service: after a reload, and for who takes the task over', async () => {
  const { id } = await cdkCase();
  await web.post('olivia', `/v1/tasks/${id}/claim`);
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await page.getByLabel("The case's number").fill('C-4711');
  await page.getByText(/^Draft saved \w{3} \d+, .* by you$/).waitFor();
  expect((await rowOf(id)).draftAnswers).toEqual({ caseNumber: 'C-4711' });
  await page.reload();
  await expect.poll(() => page.getByLabel("The case's number").inputValue()).toBe('C-4711');

  await web.post('lena', `/v1/tasks/${id}/assign`, { to: 'oscar' });
  await web.post('oscar', `/v1/tasks/${id}/claim`);
  const other = await signIn(web.keys.oscar, `/tasks/${id}`);
  await expect.poll(() => other.getByLabel("The case's number").inputValue()).toBe('C-4711');
  await other.getByText(/^Draft saved .* by Olivia Ops$/).waitFor();
  await picture(other, 'task-draft-of-another');
  // Who has lost it can still read and copy it.
  const left = page.getByRole('alert', { name: 'What you had typed' });
  await left.getByText('C-4711').waitFor();
  await left.getByText('whoever has the task continues with it').waitFor();
  await picture(page, 'task-lost');
  await left.getByRole('button', { name: "Copy The case's number" }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('C-4711');
  await left.getByRole('button', { name: 'Discard it' }).click();
  await left.waitFor({ state: 'detached' });
});

it('keeps what is typed into other tasks in the tab: through navigation, a reload and the end of the session', async () => {
  const { id } = await form();
  await web.post('oscar', `/v1/tasks/${id}/claim`);
  const page = await signIn(web.keys.oscar, `/work?view=mine`);
  await page.getByRole('link', { name: new RegExp((await rowOf(id)).dealerName!) }).click();
  const done = page.getByLabel('The form is submitted');
  await page.getByRole('radio', { name: 'No', exact: true }).check();
  await done.check();
  await shows(page, 'What you have typed is kept in this tab.');
  await page.goto(`${web.address}/cancellations`);
  await page.goBack();
  await expect.poll(() => done.isChecked()).toBe(true);
  await page.goto(`${web.address}/tasks/${id}`);
  await expect.poll(() => done.isChecked()).toBe(true);
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Complete' }).click();
  const again = page.getByRole('dialog');
  await again.getByText('Your session has ended').waitFor();
  await again.getByRole('textbox', { name: 'API key' }).fill(web.keys.oscar);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.waitFor({ state: 'detached' });
  expect(await done.isChecked()).toBe(true);
  expect((await rowOf(id)).draftAnswers).toBeNull();
  await page.getByRole('button', { name: 'Complete' }).click();
  await section(page, 'How it ended').waitFor();
  const left = "Object.keys(sessionStorage).filter((key) => key.startsWith('dealerops/draft/'))";
  await expect.poll(() => page.evaluate(left)).toEqual([]);
  expect(await page.getByText('What you had typed').count()).toBe(0);
});

it('two people on one task: the second one learns who has it, and what is missing', async () => {
  const { id } = await form();
  const [first, second] = [await signIn(web.keys.olivia, `/tasks/${id}`), await signIn(web.keys.oscar, `/tasks/${id}`)];
  await second.getByRole('button', { name: 'Claim' }).waitFor();
  // As of a page that has not heard of it yet.
  await second.route('**/v1/tasks/*', (route) => route.fulfill({ status: 503, json: {} }));
  await first.getByRole('button', { name: 'Claim' }).click();
  await shows(first, 'Claimed by you.');
  await second.getByRole('button', { name: 'Claim' }).click();
  await second.unroute('**/v1/tasks/*');
  await shows(second, 'Claimed by Olivia Ops.', 'ask them to release it, or a team lead to assign it to you');
  expect(await second.getByRole('button', { name: 'Claim' }).getAttribute('aria-disabled')).toBe('true');
  expect(await second.getByRole('button', { name: 'Complete' }).count()).toBe(0);
  await picture(second, 'task-of-another');
  await first.getByRole('button', { name: 'Release' }).click();
  await shows(second, 'Unclaimed.');
  await second.getByRole('button', { name: 'Claim' }).click();
  await shows(second, 'Claimed by you.');
  await shows(first, 'Claimed by Oscar Ops.');
});

it('comments, a priority and a follow-up date are set on the task and seen by others', async () => {
  const { id } = await form();
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  await page.getByLabel('Priority').selectOption('high');
  await isPriority(id, 'high');
  await page.getByLabel('New comment').fill('The dealer moved last month.');
  await page.getByRole('button', { name: 'Add comment' }).click();
  await page.getByRole('list', { name: 'Comments so far' }).getByText('The dealer moved last month.').waitFor();
  expect(await page.getByLabel('New comment').inputValue()).toBe('');

  const followUp = section(page, 'Follow-up');
  await followUp.getByLabel('Follow-up date').fill('2026-01-03');
  await followUp.getByText(/^must be after/).waitFor();
  const saturday = await page.evaluate(() => {
    const day = new Date(Date.now() + 8 * 86_400_000);
    day.setUTCDate(day.getUTCDate() + ((6 - day.getUTCDay() + 7) % 7));
    return day.toISOString().slice(0, 10);
  });
  await followUp.getByLabel('Follow-up date').fill(saturday);
  await followUp.getByText(/^must be a business day, .* is a Saturday: choose Monday, \d{4}-\d\d-\d\d/).waitFor();
  await followUp.getByRole('button', { name: 'In 3 business days' }).click();
  await followUp.getByText(/^Returns \w{3} \d+, \d{4}, /).waitFor();
  await followUp.getByLabel('Why (optional)').fill('They answer on Monday');
  await picture(page, 'task-follow-up');
  await followUp.getByRole('button', { name: 'Set follow-up date' }).click();
  await followUp.getByText(/^Put off until .*: They answer on Monday$/).waitFor();
  expect((await rowOf(id)).followUpNote).toBe('They answer on Monday');

  const other = await signIn(web.keys.oscar, `/tasks/${id}`);
  await shows(other, 'The dealer moved last month.', /^Put off until /);
  await section(other, 'Comments').getByText('Olivia Ops').waitFor();
  await other.getByRole('button', { name: 'Return it now' }).click();
  await section(page, 'Follow-up').getByText('Put it off').waitFor();
});

const isPriority = (id: string, priority: string) =>
  eventually(async () => (await rowOf(id)).priority === priority && priority);

it('who types elsewhere by the time that a claim is confirmed goes on there', async () => {
  const { id } = await form();
  const page = await signIn(web.keys.oscar, `/tasks/${id}`);
  let confirm = () => {};
  const typed = new Promise<void>((resolve) => {
    confirm = resolve;
  });
  await page.route(`**/v1/tasks/${id}/claim`, async (route) => {
    const response = await route.fetch();
    await typed;
    await route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByLabel('New comment').pressSequentially('I have ');
  confirm();
  await shows(page, 'Claimed by you.');
  await page.keyboard.type('begun');
  expect(await page.getByLabel('New comment').inputValue()).toBe('I have begun');
});

it('a missing task leads back to the list', async () => {
  const page = await signIn(web.keys.olivia, '/tasks/00000000-0000-4000-8000-000000000000');
  await page.getByRole('heading', { name: 'Task not found' }).waitFor();
  await page.getByRole('link', { name: '← Work' }).click();
  await page.getByRole('heading', { name: 'Work' }).waitFor();
});

it('shows at its field why the service rejects an answer, until that field changes', async () => {
  const { id } = await cdkCase();
  await web.post('olivia', `/v1/tasks/${id}/claim`);
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  const field = page.getByRole('textbox', { name: "The case's number" });
  // The page finds nothing wrong with it: such characters come with what is pasted.
  await field.fill('C-1\u0007');
  await section(page, 'Finish').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Complete' }).click();
  const alert = section(page, 'Finish').getByRole('alert');
  await alert.getByText('Correct the marked fields.').waitFor(soon);
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  await picture(page, 'task-answer-rejected');
  await field.fill('C-1');
  await alert.waitFor({ state: 'detached' });
  expect(await field.getAttribute('aria-invalid')).not.toBe('true');
  await page.getByRole('button', { name: 'Complete' }).click();
  await isState(id, 'done');
});

it('says what the service rejects also where the page has no field for it', async () => {
  const { id } = await cdkCase();
  await web.post('olivia', `/v1/tasks/${id}/claim`);
  const page = await signIn(web.keys.olivia);
  // As a tab has it that is older than the service.
  await page.route(`**/v1/tasks/${id}`, async (route) => {
    // In full, also when the page has it already.
    const { 'if-none-match': _known, ...headers } = route.request().headers();
    const response = await route.fetch({ headers });
    const task = await response.json();
    const fields = task.content.fields.filter(({ name }: { name: string }) => name !== 'caseNumber');
    await route.fulfill({ response, json: { ...task, content: { ...task.content, fields } } });
  });
  await page.goto(`${web.address}/tasks/${id}`);
  await section(page, 'Finish').getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Complete' }).click();
  await section(page, 'Finish')
    .getByRole('alert')
    .getByText(/is missing/)
    .waitFor(soon);
});

it('an error of one action gives way to that of the next', async () => {
  const { id } = await form();
  const url = `/v1/tasks/${id}/follow-up`;
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  const followUp = section(page, 'Follow-up');
  await followUp.getByRole('button', { name: 'In 3 business days' }).click();
  const on = await followUp.getByLabel('Follow-up date').inputValue();
  expect((await web.call('olivia', 'POST', url, { body: { on } })).status).toBe(200);
  const back = followUp.getByRole('button', { name: 'Return it now' });
  await back.waitFor();
  await followUp.getByLabel('Why (optional)').fill('Later\u0007');
  await followUp.getByRole('button', { name: 'Set follow-up date' }).click();
  await followUp.getByRole('alert').getByText(/^Why/).waitFor();
  await withoutApi(async () => {
    await back.click();
    await followUp.getByRole('alert').getByText('The service cannot be reached').waitFor(soon);
  });
});

it('a task that cannot be loaded has a heading and a tab title', async () => {
  const { id } = await form();
  const page = await signIn(web.keys.olivia, '/dealers');
  await page.route(`**/v1/tasks/${id}`, (route) => route.fulfill({ status: 503, json: {} }));
  await page.goto(`${web.address}/tasks/${id}`);
  await page.getByRole('heading', { level: 1, name: 'The task cannot be shown' }).waitFor(soon);
  expect(await page.title()).toBe('The task cannot be shown · Dealerops');
});

it('a link that was cut off says so', async () => {
  const page = await signIn(web.keys.olivia, '/tasks/00000000-0000');
  await page.getByRole('heading', { name: 'Task not found' }).waitFor(soon);
  await page.goto(`${web.address}/cancellations/00000000-0000`);
  await page.getByRole('heading', { name: 'Cancellation not found' }).waitFor(soon);
});

it('saves a draft as soon as the API answers again after a restart', async () => {
  const { id } = await cdkCase();
  await web.post('olivia', `/v1/tasks/${id}/claim`);
  const page = await signIn(web.keys.olivia, `/tasks/${id}`);
  const field = page.getByLabel("The case's number");
  await field.waitFor();
  await withoutApi(async () => {
    await field.fill('C-1');
    await shows(page, /^Not saved yet: The service cannot be reached/);
    await field.fill('C-12');
  });
  await page.getByText(/^Draft saved /).waitFor();
  expect(await field.inputValue()).toBe('C-12');
  expect((await rowOf(id)).draftAnswers).toEqual({ caseNumber: 'C-12' });
});
