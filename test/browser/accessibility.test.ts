import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/accessible.ts';
import { importActivities, kim } from '../support/activities.ts';
import { consoleForFile } from '../support/consoleForFile.ts';
import { dealerOf } from '../support/dealer.ts';
import { feedOf } from '../support/feeds.ts';
import { onboardingOf, proResponse } from '../support/onboardings.ts';

/** What axe finds (WCAG 2.2 AA and its best practices) on each page and in each state of it, in both themes, at both widths. */

const { service, web, newContext, ...file } = await consoleForFile({
  withSandbox: true,
  bulkWorker: true,
  secondLookMs: 100,
  onboarding: proResponse,
});

async function signIn(key: string, path: string): Promise<Page> {
  const page = await file.signIn(key, path);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  return page;
}

/** Each page of `routes.tsx`, by its path there. */
const covered = new Set<string>();
/** Opens a page; `path` as in `routes.tsx`, with its parameters after it. */
async function open(who: keyof typeof web.keys, path: string, parameters: Record<string, string> = {}, search = '') {
  covered.add(path);
  const at = path.replace(/\$(\w+)/g, (_, name) => encodeURIComponent(parameters[name]!));
  const page = await signIn(web.keys[who], at + search);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}
const shown = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

const ticketOf = async (account: string) => {
  expect((await web.start({ account, integrations: ['crm/vinsolutions'] })).status).toBe(202);
  return dealerOf(service, account).task('vinsolutions-portal');
};

describe('nothing is wrong for screen readers, keyboards and weak eyes', () => {
  it('where one signs in', async () => {
    const page = await (await newContext()).newPage();
    await page.goto(web.address);
    await page.getByRole('textbox', { name: 'API key' }).fill('dop_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await shown(page, 'The API key is not known');
    await expectAccessible(page, 'sign-in');
  });

  it('in the lists of work, with and without tasks', async () => {
    await ticketOf('D-1104');
    const page = await open('lena', '/work', {}, '?view=team');
    await shown(page, 'Pelican Bay Nissan');
    await expectAccessible(page, 'work');
    await page.getByText('Pelican Bay Nissan').first().click();
    await page.getByRole('region', { name: 'Task' }).getByRole('button', { name: 'Claim' }).waitFor();
    await expectAccessible(page, 'work-beside');
    await page.getByRole('checkbox').last().check();
    await page.getByRole('button', { name: /Claim/ }).first().waitFor();
    await expectAccessible(page, 'work-selected');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'work-keys');
    const empty = await open('olivia', '/work', {}, '?search=D-9999');
    await shown(empty, 'No tasks match these filters');
    await expectAccessible(empty, 'work-empty');
  });

  it('in a task that is open, claimed, incomplete, escalated and closed', async () => {
    const { id } = await ticketOf('D-1103');
    const page = await open('olivia', '/tasks/$id', { id });
    await page.getByRole('button', { name: 'Claim' }).waitFor();
    await expectAccessible(page, 'task-open');
    await page.getByRole('button', { name: 'Claim' }).click();
    await page.getByRole('button', { name: 'Complete' }).click();
    await page.getByRole('alert').first().waitFor();
    await expectAccessible(page, 'task-incomplete');
    await page.getByRole('button', { name: 'Escalate …' }).click();
    await page.getByLabel('Why it cannot be done').waitFor();
    await expectAccessible(page, 'task-escalating');
    expect((await web.post('olivia', `/v1/tasks/${id}/escalate`, { reason: 'The portal is down' })).status).toBe(200);
    const lead = await open('lena', '/tasks/$id', { id });
    await shown(lead, 'The portal is down');
    await expectAccessible(lead, 'task-escalated');
    const closed = await web.post('lena', `/v1/tasks/${id}/close-not-completed`, { reason: 'VinSolutions is gone' });
    expect(closed.status).toBe(200);
    await shown(lead, 'VinSolutions is gone');
    await expectAccessible(lead, 'task-closed');
  });

  it('in the lists of cancellations, with and without any, and in the menus', async () => {
    await ticketOf('D-1105');
    const page = await open('admin', '/cancellations');
    await page
      .getByRole('link', { name: /Redwood Hyundai/ })
      .first()
      .waitFor();
    await expectAccessible(page, 'cancellations');
    await page.getByRole('button', { name: 'New process' }).click();
    await page.getByRole('menuitem').first().waitFor();
    await expectAccessible(page, 'menu-new');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /admin/i }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await expectAccessible(page, 'menu-person');
    const empty = await open('admin', '/cancellations', {}, '?account=D-9999');
    await shown(empty, /No cancellations/);
    await expectAccessible(empty, 'cancellations-empty');
  });

  it('on the overview, and where dealers and tasks are found', async () => {
    await ticketOf('D-1101');
    const page = await open('lena', '/');
    await shown(page, 'D-1101');
    await expectAccessible(page, 'overview');
    await page.keyboard.press('ControlOrMeta+k');
    const find = page.getByRole('combobox', { name: 'Find' });
    await find.fill('D-1101');
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page, 'palette');
    await find.fill('nothing is called like this');
    await shown(page, 'Nothing was found');
    await expectAccessible(page, 'palette-empty');
    const dealers = await open('lena', '/dealers', {}, '?search=D-1101');
    await shown(dealers, 'Brightwater Toyota');
    await expectAccessible(dealers, 'dealers');
    const none = await open('lena', '/dealers', {}, '?search=zzz');
    await none.getByText('zzz').first().waitFor();
    await expectAccessible(none, 'dealers-none');
    const dealer = await open('admin', '/dealers/$account', { account: 'D-1101' });
    await expectAccessible(dealer, 'dealer');
    const blocked = await open('admin', '/dealers/$account', { account: 'D-1401' });
    await expectAccessible(blocked, 'dealer-active');
  });

  it('in the field that finds things: the entry that it names as selected exists at any moment', async () => {
    const page = await open('lena', '/');
    await page.keyboard.press('ControlOrMeta+k');
    const find = page.getByRole('combobox', { name: 'Find' });
    await page.getByRole('option', { name: 'Overview' }).waitFor();
    await page.evaluate(`{
      window.namedAndMissing = [];
      window.named = new Set();
      new MutationObserver(() => {
        const id = document.querySelector('[role=combobox][aria-label=Find]')?.getAttribute('aria-activedescendant');
        if (!id) return;
        window.named.add(id);
        if (!document.getElementById(id)) window.namedAndMissing.push(id);
      }).observe(document, { subtree: true, childList: true, attributes: true });
    }`);
    await find.fill('work');
    await page.getByRole('option', { name: 'Overview' }).waitFor({ state: 'detached' });
    await find.fill('nothing is called like this');
    await shown(page, 'Nothing was found');
    await find.fill('');
    await page.getByRole('option', { name: 'Overview', selected: true }).waitFor();
    expect(await page.evaluate('[...named].sort()')).toEqual(['page-Overview', 'page-Work']);
    expect(await page.evaluate('namedAndMissing')).toEqual([]);
  });

  it('in the sandbox', async () => {
    const page = await open('admin', '/sandbox');
    for (const name of await page.getByRole('tab').allTextContents()) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tabpanel').getByText(/\w/).first().waitFor();
      await expectAccessible(page, `sandbox-${name}`);
    }
  });

  it('on the way to a new cancellation', async () => {
    const page = await open('admin', '/cancellations/new');
    await expectAccessible(page, 'new');
  });

  it('in a cancellation in progress and withdrawn, and in its record', async () => {
    const { subject: id } = await ticketOf('D-1102');
    const page = await open('admin', '/cancellations/$id', { id });
    await shown(page, /Gold Coast|D-1102/);
    await expectAccessible(page, 'cancellation');
    expect((await web.post('admin', `/v1/cancellations/${id}/withdraw`, { reason: 'The customer stays' })).status).toBe(
      202,
    );
    await shown(page, 'The customer stays');
    await expectAccessible(page, 'cancellation-withdrawn');
    const record = await open('admin', '/cancellations/$id/record', { id });
    await expectAccessible(record, 'record');
  });

  it('in the feeds: the list, a new one, one with its settings, and a run', async () => {
    const feed = await feedOf(service, { account: 'D-1104', dealerName: 'Pelican Bay Nissan' });
    await feed.run('dry_run');
    const list = await open('finn', '/feeds');
    await shown(list, 'Pelican Bay Nissan');
    await expectAccessible(list, 'feeds');
    const imports = await open('finn', '/feeds/imports');
    await shown(imports, 'Pelican Bay Nissan');
    await expectAccessible(imports, 'feed-imports');
    const made = await open('finn', '/feeds/new');
    await expectAccessible(made, 'feed-new');
    const page = await open('finn', '/feeds/$id', { id: feed.id });
    await shown(page, 'Dry run');
    await expectAccessible(page, 'feed');
    await page.getByRole('button', { name: 'Change …' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'feed-settings');
    const [run] = await feed.runs();
    const ofRun = await open('finn', '/feeds/runs/$id', { id: run!.id });
    await shown(ofRun, 'There was no file.');
    await expectAccessible(ofRun, 'feed-run');
  });

  it('in rejected rows, and in the report of a dry run', async () => {
    const feed = await feedOf(service, { account: 'D-1105', maxRejectedShare: 0.9 });
    const header = 'DealNumber,SoldDate,Amount.Financed,CustomerFirst,CustomerLast,Email';
    feed.put('a_SL.csv', `${header}\n1,1/5/2026,,Lee,Example,lee@example.com\n2,soon,,Kim,Example,kim@example.com\n`);
    await feed.run('dry_run');
    const [run] = await feed.runs();
    const report = await open('finn', '/feeds/runs/$id', { id: run!.id });
    await shown(report, /Lee Example/);
    await expectAccessible(report, 'feed-report');
    await feed.run();
    const rows = await open('finn', '/feeds/$id/rejected', { id: feed.id });
    const date = rows.getByRole('textbox', { name: 'SoldDate, line 3' });
    await date.fill('tomorrow');
    await date.press('Enter');
    await shown(rows, /in the file: soon/);
    await expectAccessible(rows, 'feed-rejected');
  });

  it('in the request of an onboarding, and in one that waits for the permission', async () => {
    const request = await open('finn', '/feeds/onboardings/new', {}, '?account=D-2001');
    await expectAccessible(request, 'onboarding-new');
    const { id, stepIs } = await onboardingOf(service, 'D-2001', { dealerName: 'Tamarack RV' });
    await stepIs('permission', 'waiting');
    const page = await open('finn', '/feeds/onboardings/$id', { id });
    await shown(page, /Waiting for ProResponse/);
    await expectAccessible(page, 'onboarding');
    await page.getByRole('button', { name: 'Record the permission …' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'onboarding-permission');
  });

  it('in the activities of a dealer, in one of them, and in a contact', async () => {
    const financed = { amountFinanced: '25000.00', term: 120 };
    const rows = [
      { key: 'cash', customer: kim },
      { key: 'financed', customer: kim, ...financed },
    ];
    await importActivities(service, rows, { account: 'D-1106' });
    const page = await open('finn', '/activities', {}, '?account=D-1106&type=sold_unit');
    await shown(page, 'Kim Example');
    await page.getByText('More filters').click();
    await expectAccessible(page, 'activities');
    await page.getByRole('button', { name: 'Save these filters …' }).click();
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page, 'segment-new');
    const { body } = await web.get<{ activities: { id: string; contact: { id: string } }[] }>(
      'finn',
      '/v1/activities?account=D-1106',
    );
    const { id, contact } = body.activities[0]!;
    const one = await open('finn', '/activities/$id', { id });
    await shown(one, 'A new contact was created for it');
    await shown(one, /line \d of x_SL\.csv/);
    await expectAccessible(one, 'activity');
    const person = await open('finn', '/contacts/$id', { id: contact.id });
    await person.getByRole('checkbox').last().check();
    await expectAccessible(person, 'contact');
    await person.getByRole('button', { name: 'Split …' }).click();
    await person.getByRole('dialog').waitFor();
    await expectAccessible(person, 'contact-split');
  });

  it("in a person's sessions", async () => {
    const page = await open('oscar', '/sessions');
    await shown(page, 'this one');
    await expectAccessible(page, 'sessions');
  });

  it('in the pages of administration', async () => {
    for (const view of ['people', 'keys', 'schedules', 'events']) {
      const page = await open('admin', '/admin', {}, `?view=${view}`);
      await page.getByRole('tabpanel').getByText(/\w/).first().waitFor();
      await expectAccessible(page, `admin-${view}`);
    }
    const reader = await open('reader', '/admin');
    await expectAccessible(reader, 'admin-refused');
  });

  it('where there is no page', async () => {
    const page = await signIn(web.keys.olivia, '/nothing/here');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectAccessible(page, 'no-page');
  });

  it('on every other page, for each is looked at here', () => {
    const routes = readFileSync(new URL('../../console/src/app/routes.tsx', import.meta.url), 'utf8');
    const paths = [...routes.matchAll(/path: '([^']+)'/g)].map(([, path]) => path!);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !covered.has(path))).toEqual([]);
  });
});
