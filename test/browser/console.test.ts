import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientTypes } from '../../console/generateClient.ts';
import { tasks } from '../../db/schema/shared.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';

const { service, web, signIn, newContext } = await consoleForFile();

it('rejects a wrong key with a message, and signs in and out with a valid one', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(web.address);
  await page.getByRole('textbox', { name: 'API key' }).fill('dop_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await shows(page, 'The API key is not known, has expired or was revoked.');
  await picture(page, 'sign-in');
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const cookies = await context.cookies();
  expect(cookies.map(({ name, httpOnly, sameSite, secure }) => [name, httpOnly, sameSite, secure])).toEqual([
    ['__Host-dealerops_session', true, 'Strict', true],
  ]);
  await page.getByRole('button', { name: 'Olivia Ops' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await context.addCookies(cookies);
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});

it('says when the browser does not keep the cookie', async () => {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(web.address);
  // The sign-in that the API has accepted, as a browser that drops the cookie sees it.
  const json = { id: 'olivia', personId: 'olivia', name: 'Olivia Ops', teams: ['ops'], leadOf: null, scopes: ['read'] };
  await page.route('**/v1/session', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ json }) : route.continue(),
  );
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await shows(page, 'this browser does not keep the session’s cookie');
});

it("lists a person's sessions and ends one elsewhere", async () => {
  const here = await signIn(web.keys.oscar);
  const there = await signIn(web.keys.oscar, '/cancellations');
  await here.getByRole('button', { name: 'Oscar Ops' }).click();
  await here.getByRole('menuitem', { name: 'Your sessions' }).click();
  await here.getByRole('heading', { name: 'Your sessions' }).waitFor();
  await shows(here, 'this one');
  await picture(here, 'sessions');
  await here.getByRole('button', { name: 'End the session from 127.0.0.1' }).first().click();
  await there.getByText('Your session has ended: sign in again.').waitFor();
  await here.getByRole('button', { name: 'Sign out everywhere' }).click();
  await here.getByText('Sign in with your API key.').waitFor();
});

it('keeps the session alive only while somebody uses the page', async () => {
  const context = await newContext();
  const page = await context.newPage();
  const said: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/tasks')) said.push(request.headers()['x-dealerops-console']);
  });
  await page.clock.install();
  await page.goto(web.address);
  await page.getByRole('textbox', { name: 'API key' }).fill(web.keys.olivia);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await expect.poll(() => said.at(-1)).toBe('active');
  await page.clock.fastForward(120_000);
  await expect.poll(() => said.at(-1), { timeout: 180_000 }).toBe('idle');
  await page.keyboard.press('Tab');
  await page.clock.fastForward(55_000);
  await expect.poll(() => said.at(-1), { timeout: 180_000 }).toBe('active');
});

it('requests the session once, and not again when nobody is signed in', async () => {
  const context = await newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  await page.clock.install();
  await page.goto(web.address);
  await page.getByRole('textbox', { name: 'API key' }).waitFor();
  // Longer than what is shown to somebody waits before it is asked for again.
  await page.clock.runFor(120_000);
  // Requests are seen in their order.
  await page.evaluate("fetch('/')");
  expect(asked).toEqual(['GET /v1/session']);
});

it('completes a VinSolutions ticket: claim, copy, a rejected and an accepted answer', async () => {
  const { body } = await web.start({ account: 'D-1103' });
  const task = await dealerOf(service, 'D-1103').task('vinsolutions-portal');
  const page = await signIn(web.keys.olivia, '/work?view=unclaimed&integration=crm%2Fvinsolutions');
  await picture(page, 'tasks');
  await page.getByRole('link', { name: 'Ask VinSolutions to cancel eventing for Maple Street Mazda' }).click();
  await section(page, 'What to do').getByText('Press the blue "Need More Help?" button').waitFor();
  const vendor = page.getByRole('link', { name: /developer\.coxautoinc\.com/ });
  expect(await vendor.getAttribute('target')).toBe('_blank');

  await page.getByRole('button', { name: 'Copy Description' }).click();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('Please cancel eventing for 555203');

  await page.getByRole('button', { name: 'Claim' }).click();
  await shows(page, 'Claimed by you.');
  await picture(page, 'task-claimed');
  await page.getByRole('button', { name: 'Complete' }).click();
  await shows(
    page,
    "The portal ticket's number is missing.",
    '“The ticket is submitted: it is done” must be confirmed.',
  );
  await picture(page, 'task-refused');
  expect((await web.get<{ state: string }>('olivia', `/v1/tasks/${task.id}`)).body.state).toBe('claimed');

  await page.getByLabel("The portal ticket's number").fill('CASE-4711');
  await page.getByLabel('The ticket is submitted: it is done').check();
  await page.getByRole('button', { name: 'Complete' }).click();
  await section(page, 'Submitted answers').getByText('CASE-4711').waitFor();

  await page.getByRole('link', { name: 'the whole cancellation' }).click();
  await page.waitForURL(`**/cancellations/${body.id}`);
  await shows(page, 'ticket CASE-4711', 'ended');
  await shows(page, 'requested by Offboarding system (API key)');
  await section(page, 'VinSolutions')
    .getByText(/by Olivia Ops/)
    .waitFor();
  await picture(page, 'cancellation-ended');
});

it('escalates a task to a team lead, who returns it, assigns it to another person or closes it without completing', async () => {
  await web.start({ account: 'D-1104' });
  const task = await dealerOf(service, 'D-1104').task('vinsolutions-portal');
  const ops = await signIn(web.keys.oscar, `/tasks/${task.id}`);
  await ops.getByRole('button', { name: 'Claim' }).click();
  await ops.getByRole('button', { name: 'Escalate …' }).click();
  await ops.getByLabel('Why it cannot be done').fill('The portal refuses the shared credentials');
  await ops.getByRole('button', { name: 'Escalate', exact: true }).click();
  await shows(ops, 'Escalated to a team lead by you.');
  expect(await section(ops, 'Team lead’s decision').count()).toBe(0);

  const lead = await signIn(web.keys.lena, `/tasks/${task.id}`, 400);
  await shows(lead, 'The portal refuses the shared credentials');
  await picture(lead, 'phone-task-with-lead');
  await lead.getByLabel('Note: why it can be done').fill('They were renewed: try again');
  await lead.getByRole('button', { name: 'Return to Oscar Ops' }).click();
  await shows(ops, 'They were renewed: try again', 'Assigned to you; not claimed yet.');

  await lead.getByLabel('Assign to').selectOption({ label: 'Olivia Ops' });
  await lead.getByRole('button', { name: 'Assign', exact: true }).click();
  await shows(
    ops,
    'Assigned to Olivia Ops; not claimed yet.',
    'ask them to release it, or a team lead to assign it to you',
  );
  for (const name of ['Claim', 'Release', 'Assign'])
    expect(await ops.getByRole('button', { name, exact: true }).getAttribute('aria-disabled'), name).toBe('true');

  await lead.getByLabel('Reason: why it is not to be completed').fill('VinSolutions has closed the account itself');
  await lead.getByRole('button', { name: 'Close without completing …' }).click();
  await lead.getByLabel('I have read what stays').check();
  await lead.getByRole('dialog').getByRole('button', { name: 'Close without completing' }).click();
  await shows(ops, 'Closed without completing by Lena Lead', 'VinSolutions has closed the account itself');
});

it("accepts failed Dealer IDs one by one or pasted, and only those in the task's list", async () => {
  const process = 'Remove from Vin Event Stream';
  const { parameters } = service.sandbox.state;
  const before = parameters.get(process)!;
  // A person must run it while they could list other dealers too.
  parameters.set(process, `${before}DealerIds: 1\nDealerIds: 2\n`);
  await web.start({ account: 'D-1702', integrations: ['crm/vinsolutions'] });
  const batch = await eventually(async () =>
    (await service.db.select().from(tasks)).find(({ kind, state }) => kind === 'vin-event-stream' && state === 'open'),
  );
  parameters.set(process, before);
  const page = await signIn(web.keys.olivia, `/tasks/${batch.id}`);
  await page.getByRole('button', { name: 'Claim' }).click();
  const failed = page.getByRole('combobox', { name: 'Dealer IDs for which it failed' });
  await failed.click();
  await page.evaluate("navigator.clipboard.writeText('555702, 5,999')");
  await page.keyboard.press('ControlOrMeta+V');
  await shows(page, "Not in this task's list: 5, 999");
  await picture(page, 'task-list-of-ids');
  await failed.press('Backspace');
  await failed.press('Backspace');
  await page.getByText("Not in this task's list").waitFor({ state: 'detached' });
  await page.getByRole('checkbox', { name: 'The run reports success' }).check();
  await page.getByRole('button', { name: 'Complete' }).click();
  const again = await dealerOf(service, 'D-1702').task('vin-event-stream-failed');
  expect(again.content.instructions[0]).toContain('Dealer ID 555702');
});

it("is built with the API's current types", async () => {
  const kept = readFileSync(new URL('../../console/src/app/api.generated.ts', import.meta.url), 'utf8');
  expect(kept, 'run npm run generate-client').toBe(await clientTypes());
});
