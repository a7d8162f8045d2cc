import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localDate } from '../domain/shared/businessDays.ts';
import { inWords } from '../domain/shared/words.ts';
import { type FeedFileOptions, feedFile } from '../sandbox/sftp/feedFile.ts';
import { type DemoService, mailTo, until } from './api.ts';
import { FeedStage, type Result } from './feedStage.ts';

/** A dealer of the demo's own: it has IDS, and its leads go to a CRM. */
const account = 'D-2103';
const timeZone = 'America/New_York';
const directory = 'bramblewood/IDS/';
const filename = '_SL\\.csv';
const contact = { name: 'Kim Example', phone: '212-555-0103', email: 'kim@example.com' };
const rowsOfFile = 400;
const shownSamples = 2;

interface Sample {
  occurredOn: string;
  isCashPurchase: boolean | null;
  amountFinanced: string | null;
  term: number | null;
  unitYear: number | null;
  unitMake: string | null;
  unitModel: string | null;
  contact: { firstName: string | null; lastName: string | null };
}
interface Trials {
  imports: { trial: (Result & { report: { files: { path: string; sample: Sample[] }[] } }) | null }[];
}
interface RejectedRow {
  id: string;
  line: number;
  column: string;
  reason: string;
  version: number;
  cells: { column: string; value: string }[];
  activityId: string | null;
}
interface Activity {
  title: string;
  dateLabel: string;
  date: string;
  contact: { name: string };
}

/** Plays a feed: its onboarding, its first import, and the next day's with a row that is corrected and imported after all. */
export async function playFeed(service: DemoService): Promise<void> {
  const begun = Date.now();
  console.log(
    `Plays a feed on the running service: sales data of Bramblewood Campers (dealer ${account}), which uses IDS.`,
  );
  console.log(`Watch it in the console, ${service.consoleUrl}/feeds, as Fiona. Ctrl-C stops it.`);
  const stage = new FeedStage(service, account);
  if (!(await stage.clear())) {
    console.log('Skipped: this dealer has an onboarding or a feed import that the demo did not create');
    return;
  }
  const delivery = new Delivery(service, begun);

  console.log('\n1. The account manager requests the dealer’s sales data');
  const since = new Date().toISOString();
  await stage.request(contact);
  console.log(`  ProResponse may ask ${contact.name} at the dealership for permission`);
  await stage.showAddresses();

  console.log('\n2. Dealerops asks ProResponse for the data');
  const { to, subject, text } = await mailTo(service, 'proresponse@example.com', since);
  console.log(`  The email has arrived at ${to}:\n      ${subject}`);
  for (const [line] of text.matchAll(/^\w[\w ]*: .+$/gm)) console.log(`      ${line}`);
  await stage.untilStep('permission', 'waiting');

  console.log('\n3. The dealer agrees, which may take weeks; Fiona, of feeds, records its permission');
  await stage.recordPermission({ outcome: 'granted', saidBy: contact.name, on: localDate(new Date(), timeZone) });
  await stage.untilStep('permission', 'done');

  console.log('\n4. ProResponse delivers the first file, and Fiona enters where it is');
  await enterPlace(stage, service, delivery.first());

  console.log(
    '\n5. The trial: Dealerops reads the file and stores nothing, and Fiona compares the result with the file',
  );
  await approveTrial(stage);

  console.log('\n6. The dealer’s leads go to a CRM: they must not contain the activities');
  await stage.do('exclude-from-lead-export', { excluded: true });
  await stage.untilStep('schedules', 'done');
  await showSchedule(stage);
  console.log(`  See the feed in the console: ${service.consoleUrl}/feeds/${stage.importId}`);

  console.log('\n7. The first import: Fiona does not wait for the next morning');
  show(await stage.run());

  console.log(
    '\n8. The next day’s file: most rows are known, some have changed, and one has a date that does not exist',
  );
  console.log(`  ${delivery.second()} is on the server`);
  show(await stage.run());

  console.log('\n9. Fiona corrects the rejected row, and it is imported after all');
  console.log(`  See it in the console: ${service.consoleUrl}/feeds/${stage.importId}/rejected`);
  await correctRows(stage, service);

  const at = `/v1/feeds/imports/${stage.importId}`;
  await stage.say('POST', `${at}/pause`, { reason: 'The demo is over: nothing more is delivered' });
  delivery.clear();
  console.log(`\nThe feed is complete, in ${Math.round((Date.now() - begun) / 1_000)} seconds. It is paused now.`);
  console.log('It can be played again at any time: the demo ends its earlier feed import, and the activities stay.');
}

/** Ends what `playFeed` has left. */
export async function clearFeed(service: DemoService): Promise<void> {
  await new FeedStage(service, account).clear();
}

/** ProResponse's files. */
class Delivery {
  private readonly folder: string;
  private readonly days: string[];
  private readonly from: number;

  constructor({ sftp }: DemoService, now: number) {
    this.folder = join(sftp.folder, directory);
    this.days = [0, 1].map((days) => localDate(new Date(now + days * 86_400_000), timeZone));
    // Other deals for each second, so that a later run of the demo brings new ones; they come again after 22 hours.
    this.from = (Math.floor(now / 1_000) % 80_000) * 1_000;
    this.clear();
  }

  clear(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns its path on the server */
  first(): string {
    return this.put(`${this.days[0]}_SL.csv`, this.sales({}));
  }

  second(): string {
    const [, row] = this.sales({ from: this.from + 2 * rowsOfFile, rows: 1 }).split('\r\n');
    const mistyped = row!.replace(/,\d+\/\d+\/\d{4},/, ',13/45/2026,');
    return this.put(`${this.days[1]}_SL.csv`, `${this.sales({ changed: 0.06 })}${mistyped}\r\n`);
  }

  private sales(more: Partial<FeedFileOptions>): string {
    const usual = { rows: rowsOfFile, seed: 2103, dms: 'ids', kind: 'sales', customers: 300, oddShare: 0 } as const;
    return Buffer.concat([...feedFile({ ...usual, from: this.from, lastDate: this.days[0], ...more })]).toString();
  }

  private put(name: string, text: string): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const part = join(this.folder, 'next.part');
    writeFileSync(part, text, { mode: 0o600 });
    renameSync(part, join(this.folder, name));
    return `${directory}${name}`;
  }
}

async function enterPlace(stage: FeedStage, { sftp }: DemoService, file: string): Promise<void> {
  console.log(`  ${file} is on the server`);
  const host = `${sftp.host}:${sftp.port}`;
  await stage.do(
    'first-file',
    {
      ...{ directory, filename, host, hostKey: sftp.hostKey, username: 'sandbox-username' },
      ...{ signInWith: 'password', secret: 'sandbox-password' },
    },
    [
      `Folder: ${directory}, files whose names end with ${filename}`,
      `Server: ${host}, with the host key ${sftp.hostKey}`,
      'User name and password: the names of their secrets',
    ],
  );
  await stage.untilStep('first-file', 'done');
}

async function approveTrial(stage: FeedStage): Promise<void> {
  const trial = await until('the trial', async () => {
    const { imports } = await stage.look<Trials>();
    const found = imports[0]?.trial;
    return found?.outcome ? found : undefined;
  });
  const { counts, contactsFound, contactsCreated, report } = trial;
  console.log(`  ${counts.read} rows read: ${counts.inserted} to import, ${counts.rejected} rejected`);
  console.log(`  contacts: ${contactsFound} found, ${contactsCreated} to create`);
  console.log('  Some of the activities, as they would be:');
  for (const { sample } of report.files)
    for (const one of sample.slice(0, shownSamples)) console.log(`      ${inOneLine(one)}`);
  await stage.do('trial-approval', { decision: 'approve', note: 'dates and amounts compared with the file' });
  await stage.untilStep('trial-sales', 'done');
}

function inOneLine(one: Sample): string {
  const { occurredOn, isCashPurchase, amountFinanced, term, unitYear, unitMake, unitModel } = one;
  const paid = isCashPurchase ? 'cash purchase' : `${amountFinanced} financed for ${term} months`;
  const { firstName, lastName } = one.contact;
  return `Sold Unit of ${firstName} ${lastName}, Sold Date ${occurredOn}: ${unitYear} ${unitMake} ${unitModel}, ${paid}`;
}

async function showSchedule(stage: FeedStage): Promise<void> {
  type Health = { feeds: { importId: string; nextRunAt: string | null }[] };
  const next = await until('the schedule', async () => {
    const { feeds } = await stage.ask<Health>(`/v1/feeds/health?account=${account}`);
    return feeds.find(({ importId }) => importId === stage.importId)?.nextRunAt ?? undefined;
  });
  const when = new Date(next).toLocaleString('en-US', { timeZone, dateStyle: 'medium', timeStyle: 'long' });
  console.log(`  The schedule exists; it takes the files next on ${when}`);
}

function show({ outcome, reason, counts, contactsFound, contactsCreated }: Result): void {
  const { read, inserted, updated, unchanged, rejected } = counts;
  console.log(`  ${inWords(outcome)}${reason ? ` (${reason})` : ''}: ${read} rows read`);
  console.log(`      ${inserted} new, ${updated} updated, ${unchanged} unchanged, ${rejected} rejected`);
  console.log(`      contacts: ${contactsCreated} created, ${contactsFound} found`);
}

async function correctRows(stage: FeedStage, { consoleUrl }: DemoService): Promise<void> {
  const at = `/v1/feeds/imports/${stage.importId}/rejected-rows`;
  const { rows } = await stage.ask<{ rows: RejectedRow[] }>(at);
  const [year, month] = localDate(new Date(), timeZone).split('-').map(Number);
  const date = `${month}/1/${year}`;
  for (const { id, line, column, reason, version, cells } of rows) {
    console.log(`  Line ${line}, ${column} "${cells.find((cell) => cell.column === column)?.value}": ${reason}`);
    console.log(`  She enters ${date}`);
    await stage.say('PUT', `/v1/feeds/rejected-rows/${id}/correction`, { version, cells: { [column]: date } });
  }
  await stage.start('fiona', `${at}/import`, { ids: rows.map(({ id }) => id) });
  for (const { id } of rows) {
    const activityId = await until('the activity of the corrected row', async () => {
      const row = await stage.ask<RejectedRow>(`/v1/feeds/rejected-rows/${id}`);
      return row.activityId ?? undefined;
    });
    const activity = await stage.ask<Activity>(`/v1/activities/${activityId}`);
    console.log(`  ${activity.title} of ${activity.contact.name}, ${activity.dateLabel} ${activity.date}`);
    console.log(`  See it in the console: ${consoleUrl}/activities/${activityId}`);
  }
}
