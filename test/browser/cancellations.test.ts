import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { createKey } from '../../db/queries/keys.ts';
import { picture } from '../support/browser.ts';
import { consoleForFile, section, shows } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { eventually } from '../support/eventually.ts';
import { viewsOf } from '../support/views.ts';

/** The cancellations' pages: the list, one cancellation, its record, and a new one. */
const { service, web, signIn } = await consoleForFile();
const { closed } = viewsOf(web);
const { key: starter } = await createKey(service.db, {
  ...{ name: 'olga', scopes: ['cancellations:write', 'tasks:write', 'read'], personId: 'lena' },
  requestsPerMinute: 10_000,
});

const plan = (page: Page) => section(page, 'What would happen');
const startButton = (page: Page) => page.getByRole('button', { name: 'Start the cancellation …' });

describe('a new cancellation', () => {
  it('is found by a part of the dealer’s name, shows its mail and IDs, and starts after a question that names the dealer', async () => {
    const page = await signIn(starter, '/cancellations/new');
    const dealer = page.getByRole('combobox', { name: 'Dealer' });
    await dealer.fill('aloha coast');
    await page.getByRole('option', { name: 'Aloha Coast Jeep (D-1204)' }).click();
    await page.waitForURL('**/cancellations/new?account=D-1204');
    await plan(page).getByRole('heading', { name: 'What would happen to Aloha Coast Jeep (D-1204)' }).waitFor();
    // What is typed now does not match the dealer that is chosen.
    await dealer.fill('pelican');
    await page.getByRole('option', { name: 'Pelican Bay Nissan (D-1104)' }).waitFor();
    await expect.poll(() => page.getByRole('option', { name: /Aloha/ }).count()).toBe(0);
    await dealer.fill('zz-9');
    await page.getByRole('option', { name: 'Use the ID zz-9 as it is' }).waitFor();
    await expect.poll(() => page.getByRole('option', { disabled: false }).count()).toBe(1);
    await dealer.press('Escape');
    await dealer.blur();
    await expect.poll(() => dealer.inputValue()).toBe('Aloha Coast Jeep (D-1204)');
    await plan(page).getByText('Dealer’s ID there: 555304').waitFor();
    const mail = plan(page).getByRole('group', { name: 'The mail' });
    expect(await mail.textContent()).toContain('Request to cancel integration feed: Aloha Coast Jeep (555304)');
    expect(await mail.textContent()).toContain(
      'This is a request to cancel integration feed for the dealership below.',
    );
    await picture(page, 'new-cancellation');
    await startButton(page).click();
    const question = page.getByRole('dialog', { name: 'Start the cancellation of Aloha Coast Jeep (D-1204)?' });
    await question.getByText('the mail leaves at once, and cannot be taken back.').waitFor();
    await picture(page, 'new-cancellation-question');
    const before = await web.get<{ cancellations: unknown[] }>('reader', '/v1/cancellations?account=D-1204');
    expect(before.body.cancellations).toEqual([]);
    await question.getByRole('button', { name: 'Start the cancellation' }).click();
    await page.waitForURL(/\/cancellations\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { level: 1, name: 'Aloha Coast Jeep (D-1204)' }).waitFor();
    await section(page, 'Elead').getByText('done', { exact: true }).waitFor();
  });

  it('warns of an integration that has ended before, and does not choose it', async () => {
    const page = await signIn(starter, '/cancellations/new?account=D-1204');
    const warning = page.getByRole('alert', { name: 'Ended before' });
    await warning.getByText(/^Elead, /).waitFor();
    const elead = page.getByRole('checkbox', { name: 'Elead' });
    expect(await elead.isChecked()).toBe(false);
    await page.getByText('Choose an integration to see what would happen.').waitFor();
    await picture(page, 'new-cancellation-ended-before');
    await elead.check();
    await startButton(page).waitFor();
    await warning.getByRole('link', { name: 'open that cancellation' }).click();
    await page.getByRole('heading', { level: 1, name: 'Aloha Coast Jeep (D-1204)' }).waitFor();
  });

  it('that the gate would block warns in red with the parent’s name and status, and cannot be started', async () => {
    const page = await signIn(starter, '/cancellations/new?account=D-1401');
    const warning = page.getByRole('alert').filter({ hasText: 'CDK will be blocked' });
    await warning.getByText('CDK will be blocked: Cedar Ridge Motors Group (P-200) is Active').waitFor();
    await page.getByText('There is nothing to start').waitFor();
    expect(await startButton(page).count()).toBe(0);
    await picture(page, 'new-cancellation-blocked');
    await warning.getByRole('button', { name: 'Wait, and check again daily' }).click();
    expect(await page.getByRole('radio', { name: 'Wait, and check again daily' }).isChecked()).toBe(true);
    await page.getByText('CDK waits: Cedar Ridge Motors Group (P-200) is Active').waitFor();
    await startButton(page).waitFor();
    expect(await page.getByText('CDK will be blocked').count()).toBe(0);
    await startButton(page).click();
    const question = page.getByRole('dialog');
    await question
      .getByText('waits while Cedar Ridge Motors Group (P-200) is Active; its Effective Status is')
      .waitFor();
    await question.getByRole('button', { name: 'Start the cancellation' }).click();
    await page.waitForURL(/\/cancellations\/[0-9a-f-]{36}$/);
    await section(page, 'CDK')
      .getByText(/^Waiting for P-200 to be no longer Active, since .*CST is asked daily, next about \w+ \d+/)
      .waitFor();
    await dealerOf(service, 'D-1401').withdraw();
    await section(page, 'CDK').getByText('withdrawn').first().waitFor();
  });

  it('that Finance terminates says that nothing is done here', async () => {
    const page = await signIn(starter, '/cancellations/new?account=D-1301');
    await plan(page)
      .getByText('Finance terminates with the vendor (outside Dealerops, which only records it)')
      .first()
      .waitFor();
  });

  it('that is blocked in part starts the rest, and the question says what will be blocked', async () => {
    const page = await signIn(starter, '/cancellations/new?account=D-1102');
    await page.getByText('DealerVault will be blocked: Cedar Ridge Motors Group (P-200) is Active').waitFor();
    await startButton(page).click();
    const question = page.getByRole('dialog', { name: 'Start the cancellation of Cedar Ridge Subaru (D-1102)?' });
    await question.getByText('will be blocked, since Cedar Ridge Motors Group is Active.').waitFor();
    await question.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('checkbox', { name: 'DealerVault' }).uncheck();
    await page.getByText('DealerVault will be blocked').waitFor({ state: 'detached' });
    const start = page.waitForRequest((request) => request.method() === 'POST' && !request.postDataJSON().dryRun);
    await startButton(page).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Start the cancellation' }).click();
    expect((await start).postDataJSON()).toMatchObject({ account: 'D-1102', integrations: ['crm/vinsolutions'] });
    await page.waitForURL(/\/cancellations\/[0-9a-f-]{36}$/);
  });

  it('that would only join the one in progress says so with a link, and has no start button', async () => {
    const { body } = await web.start({ account: 'D-1402' });
    await dealerOf(service, 'D-1402').task('cdk-case');
    const page = await signIn(starter, '/cancellations/new?account=D-1402');
    await page.getByText('This cancellation is already in progress').waitFor();
    expect(await startButton(page).count()).toBe(0);
    await picture(page, 'new-cancellation-joins');
    await page.getByRole('button', { name: 'Add this request to it …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
    await plan(page).getByRole('link', { name: 'open the cancellation in progress' }).click();
    await page.waitForURL(`**/cancellations/${body.id}`);
  });

  it('of a dealer that nobody knows says what is wrong', async () => {
    const page = await signIn(starter, '/cancellations/new?account=D-9999');
    await page.getByRole('alert').getByText('D-9999').first().waitFor();
    expect(await startButton(page).count()).toBe(0);
  });
});

describe('a cancellation', () => {
  it('shows each procedure with who must act, everything that happened, and takes comments', async () => {
    const { body } = await web.start({ account: 'D-1002', integrations: ['crm/dealersocket'] });
    await web.start({ account: 'D-1002' });
    const dealer = dealerOf(service, 'D-1002');
    const form = await dealer.task('dealersocket-form');
    await dealer.task('cdk-case');
    const page = await signIn(starter, `/cancellations/${body.id}`);
    await page.getByRole('heading', { name: 'Brightwater Kia of Fairview (D-1002)' }).waitFor();
    expect(await page.title()).toBe('Cancellation of Brightwater Kia of Fairview (D-1002) · Dealerops');
    await shows(page, 'requested again once');
    const cdk = section(page, 'CDK');
    await cdk.getByText('Dealer’s ID there: 3PA0000102').waitFor();
    const steps = cdk.getByRole('listitem');
    await steps.filter({ hasText: 'Create the CDK case to uninstall' }).getByText('Waiting', { exact: true }).waitFor();
    await steps.filter({ hasText: 'Clean up the DMS provider' }).getByText('Upcoming').waitFor();
    await section(page, 'DealerSocket').getByRole('link', { name: form.content.title }).waitFor();

    const activity = section(page, 'Activity');
    await activity.getByText('Cancellation requested again').waitFor();
    await activity.getByText('Subscription canceled: DealerSocket, CDK').waitFor();
    await activity.getByLabel('New comment').fill('CDK calls back on Monday.');
    await activity.getByRole('button', { name: 'Add comment' }).click();
    await activity.getByText('Lena Lead commented').waitFor();
    expect(await activity.getByLabel('New comment').inputValue()).toBe('');
    await picture(page, 'cancellation');
    await activity.getByLabel('Comments only').check();
    await activity.getByText('Cancellation requested again').waitFor({ state: 'detached' });
    await activity.getByText('CDK calls back on Monday.').waitFor();
  });

  it('is withdrawn in part: the dialog names the dealer and what happens, and the activity who and why', async () => {
    const { body } = await web.start({ account: 'D-1202' });
    const dealer = dealerOf(service, 'D-1202');
    await dealer.task('cdk-case');
    await eventually(async () => (await dealer.progress(body.id, 'crm/elead'))?.state === 'ended');
    const page = await signIn(starter, `/cancellations/${body.id}`);
    await page.getByRole('button', { name: 'Withdraw …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Withdraw the cancellation of Canyon View GMC (D-1202)' });
    await dialog.getByText('a task opens to undo “Mail the cancellation request to Elead”.').waitFor();
    await dialog.getByText('Its steps stop, and its open tasks close. Nothing was done at the vendor').waitFor();
    await dialog.getByRole('checkbox', { name: 'Elead' }).uncheck();
    await dialog.getByText('a task opens to undo').waitFor({ state: 'detached' });
    await dialog.getByLabel('Reason').fill('CDK stays for a year');
    await picture(page, 'withdraw');
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await section(page, 'CDK').getByText('withdrawn').first().waitFor();
    await section(page, 'Activity').getByText('CDK stays for a year').first().waitFor();
    await section(page, 'Activity').getByText('Withdrawn: CDK').waitFor();
    await section(page, 'Elead').getByText('done', { exact: true }).waitFor();
  });

  it('whose form somebody has claimed: the dialog announces the task to check it, and the page says that it is being reinstated', async () => {
    const { body } = await web.start({ account: 'D-1901', integrations: ['crm/dealersocket'] });
    const form = await dealerOf(service, 'D-1901').task('dealersocket-form');
    await web.post('olivia', `/v1/tasks/${form.id}/claim`);
    const page = await signIn(starter, `/cancellations/${body.id}`);
    await section(page, 'DealerSocket').getByText('Olivia Ops').first().waitFor();
    await page.getByRole('button', { name: 'Withdraw …' }).click();
    const dialog = page.getByRole('dialog');
    const announced =
      'A task opens to check whether “Submit the DealerSocket cancellation form” was done (Olivia Ops claimed it), and to undo it if it was.';
    await dialog.getByText(announced).waitFor();
    await dialog.getByLabel('Reason').fill('The dealer stays');
    await picture(page, 'withdraw-claimed');
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await page.getByText('withdrawn, being reinstated').first().waitFor();
    const task = await dealerOf(service, 'D-1901').task('reinstate');
    expect(task.content.instructions[0]).toContain('Check whether this was done');
    const activity = section(page, 'Activity');
    await activity.getByText('Submit the DealerSocket cancellation form: withdrawn').waitFor();
    expect(await activity.getByText('Task closed').count()).toBe(0);
    await page.goto(`${web.address}/cancellations?state=withdrawn`);
    const row = page.getByRole('row').filter({ hasText: 'D-1901' });
    await row.getByText('withdrawn, being reinstated').waitFor();
    await page.goto(`${web.address}/dealers/D-1901`);
    await section(page, 'Cancellations in progress').getByText('withdrawn, being reinstated').waitFor();
  });

  it('that the gate blocked says so without a contradiction', async () => {
    const { body } = await web.start({ account: 'D-1401' });
    await closed(body.id);
    const page = await signIn(web.keys.olivia, `/cancellations/${body.id}`);
    const cdk = section(page, 'CDK');
    await cdk.getByText('Blocked: parent account is Active').waitFor();
    await cdk.getByText('Check that the parent sales account is not Active').waitFor();
    expect(await page.getByRole('button', { name: 'Withdraw …' }).count()).toBe(0);
    await picture(page, 'cancellation-blocked');
  });

  it('that does not exist says so, and leads back to the list', async () => {
    const page = await signIn(starter, '/cancellations/00000000-0000-4000-8000-000000000000');
    await page.getByRole('heading', { level: 1, name: 'Cancellation not found' }).waitFor();
    await page.getByRole('link', { name: '← Cancellations' }).click();
    await page.getByRole('heading', { level: 1, name: 'Cancellations' }).waitFor();
  });

  it('and its record say that they are loading until they are there', async () => {
    const { body } = await web.get<{ cancellations: { id: string }[] }>('reader', '/v1/cancellations?account=D-1202');
    const { id } = body.cancellations[0]!;
    const page = await signIn(starter);
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(`**/v1/cancellations/${id}**`, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${web.address}/cancellations/${id}`);
    await page.getByRole('status').getByText('Loading the cancellation').waitFor();
    await page.goto(`${web.address}/cancellations/${id}/record`);
    await page.getByRole('status').getByText('Loading the record').waitFor();
    answer();
    await page.getByRole('article').waitFor();
    expect(await page.getByText('Loading the record').count()).toBe(0);
  });

  it('with a stopped workflow needs an engineer, on its page and in the list', async () => {
    const dealer = dealerOf(service, 'D-1003');
    const { id } = await dealer.cancel(['crm/dealersocket']);
    await dealer.task('dealersocket-form');
    const page = await signIn(web.keys.olivia);
    // As the API answers for it; that it does is tested with a release that is rolled back.
    const stopped =
      'Its workflow fails at each try (NonDeterministicError) and cannot continue until an engineer repairs it.';
    const withStopped = (row: { integrations: object[] }) => ({
      ...row,
      integrations: row.integrations.map((one) => ({ ...one, stopped })),
    });
    await page.route(`**/v1/cancellations/${id}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: withStopped(await response.json()) });
    });
    await page.route('**/v1/cancellations?**', async (route) => {
      const response = await route.fetch();
      const { cancellations, ...more } = await response.json();
      await route.fulfill({ response, json: { ...more, cancellations: cancellations.map(withStopped) } });
    });
    await page.goto(`${web.address}/cancellations/${id}`);
    await shows(page, 'Stopped: needs an engineer', stopped);
    await page.goto(`${web.address}/cancellations?account=D-1003`);
    await shows(page, 'needs an engineer');
    await page.unrouteAll({ behavior: 'wait' });
    await dealer.withdraw();
  });
});

describe('the audit record', () => {
  it('leads to the sign-in and back, shows the mail and the dealer’s times, and prints without the console around it', async () => {
    const { body } = await web.start({ account: 'D-1201' });
    await closed(body.id);
    const page = await signIn(web.keys.olivia, `/cancellations/${body.id}/record`);
    await page.getByRole('heading', { level: 1, name: 'Cancellation of Silver Lake Buick (D-1201)' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/cancellations/${body.id}/record`);
    await shows(page, 'In the dealer’s time zone, America/New_York', 'Accepted by the mail server');
    const record = page.getByRole('article');
    expect(await record.textContent()).toContain('Dealer code (CRM ID): 555301');
    expect(await record.textContent()).toMatch(/\d+:\d\d:\d\d [AP]M E[SD]T/);
    await page.evaluate('window.print = () => { document.title = "printing"; }');
    await page.getByRole('button', { name: 'Print' }).click();
    expect(await page.title()).toBe('printing');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const hidden of [
      page.getByRole('banner'),
      page.getByRole('navigation', { name: 'Pages' }),
      page.getByRole('button', { name: 'Print' }),
    ])
      expect(await hidden.isVisible(), String(hidden)).toBe(false);
    expect((await record.boundingBox())!.x).toBeLessThan(40);
    expect(await page.evaluate('getComputedStyle(document.querySelector("article")).color')).toBe('rgb(0, 0, 0)');
    await picture(page, 'record-print');
  });

  it('breaks no word on a phone', async () => {
    const { body } = await web.get<{ cancellations: { id: string }[] }>('reader', '/v1/cancellations?account=D-1201');
    const page = await signIn(web.keys.olivia, `/cancellations/${body.cancellations[0]!.id}/record`, 390);
    await page.getByRole('article').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await picture(page, 'record-phone');
  });
});

describe('the list', () => {
  it('names dealers first, is searched by parts of their names, and keeps its filters in the address', async () => {
    for (const account of ['D-1103', 'D-1104']) await web.start({ account });
    const page = await signIn(web.keys.olivia, '/cancellations');
    await page.getByRole('link', { name: 'Maple Street Mazda' }).waitFor();
    await picture(page, 'cancellations');
    await page.getByRole('textbox', { name: 'Dealer' }).pressSequentially('pel');
    await page.waitForURL('**/cancellations?search=pel');
    // The field keeps the focus: one goes on typing.
    await page.keyboard.type('ican');
    await page.waitForURL('**/cancellations?search=pelican');
    await page.getByRole('link', { name: 'Maple Street Mazda' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Pelican Bay Nissan' }).click();
    await page.getByRole('heading', { name: 'Pelican Bay Nissan (D-1104)' }).waitFor();
    await page.getByRole('link', { name: '← Cancellations' }).click();
    await page.waitForURL('**/cancellations?search=pelican');
    await page.getByRole('button', { name: 'Clear Dealer' }).click();
    await page.getByLabel('Vendor').selectOption('crm/reynolds');
    await page.getByText('No cancellations match these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'Maple Street Mazda' }).waitFor();
  });

  it('and every page fits on a phone', async () => {
    const { body } = await web.get<{ cancellations: { id: string }[] }>('reader', '/v1/cancellations?account=D-1002');
    const page = await signIn(starter, '/cancellations', 390);
    const paths = {
      '/cancellations': 'Brightwater Kia of Fairview',
      [`/cancellations/${body.cancellations[0]!.id}`]: 'Cancellation requested again',
      '/cancellations/new?account=D-1102': 'DealerVault will be blocked',
    };
    for (const [path, text] of Object.entries(paths)) {
      await page.goto(`${web.address}${path}`);
      await shows(page, text);
      await picture(page, `phone-${text.replaceAll(' ', '-')}`);
      expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(390);
    }
  });
});
