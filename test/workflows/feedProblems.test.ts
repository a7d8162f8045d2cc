import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FeedProblem } from '../../domain/feeds/messages.ts';
import { eventually } from '../support/eventually.ts';
import { feedRunsForFile } from '../support/feedRuns.ts';
import { feedOf } from '../support/feeds.ts';

const sales = (rows: number) => `SoldDate,VIN\n${'1/10/2030,1HGCM82633A004352\n'.repeat(rows)}`;
const bad = (rows: number) => `SoldDate,VIN\n${'bad,1HGCM82633A004352\n'.repeat(rows)}`;

type Feed = Awaited<ReturnType<typeof feedOf>>;

const service = await feedRunsForFile();

const textsOf = (task: Awaited<ReturnType<Feed['task']>>, label: string) =>
  task.content.texts.filter((text) => text.label === label).map(({ value }) => value);
const runEnded = (feed: Feed, many: number) =>
  eventually(async () => (await feed.endedRuns()).length === many && feed.endedRuns());
const events = async (feed: Feed, problem: FeedProblem) => (await feed.problem(problem).fetchHistory()).events!.length;

describe('wrong credentials', () => {
  it('are tried once, and have a task at once; when it is done the import runs', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', sales(1));
    service.sandbox.faults.sftp.refusePassword = true;
    expect(await feed.run()).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('does not let us in'),
    });
    expect(service.sandbox.sftp.seen.credentials).toBe(1);
    const task = await feed.task('feed-credentials');
    expect(textsOf(task, 'Secret with the password')).toEqual(['sandbox-password']);
    expect(JSON.stringify(task.content)).not.toContain(service.sandbox.sftp.password);
    service.sandbox.faults.sftp.refusePassword = false;
    await feed.done('feed-credentials', { replaced: true });
    const runs = await runEnded(feed, 2);
    expect(runs.find(({ outcome }) => outcome === 'imported')).toMatchObject({
      trigger: 'manual',
      requestedBy: 'finn',
    });
    expect(await feed.problem('credentials').result()).toBe('done');
  });

  it('include a secret that is not there', async () => {
    const feed = await feedOf(service, { password: 'not-there' });
    expect(await feed.run()).toMatchObject({ outcome: 'failed' });
    await feed.task('feed-credentials');
    writeFileSync(join(service.sandbox.sftp.secretsDir, 'not-there'), service.sandbox.sftp.password);
    await feed.done('feed-credentials', { replaced: true });
    expect(await runEnded(feed, 2)).toContainEqual(expect.objectContaining({ outcome: 'no_files' }));
  });
});

describe('a changed host key', () => {
  it('has a task with the fingerprints at once, without credentials sent, and one for many runs', async () => {
    const { sftp } = service.sandbox;
    const feed = await feedOf(service);
    service.sandbox.faults.sftp.nextHostKey = true;
    for (let day = 0; day < 3; day += 1) expect(await feed.run()).toMatchObject({ outcome: 'failed' });
    expect(sftp.seen.credentials).toBe(0);
    const task = await feed.task('feed-host-key');
    expect(textsOf(task, 'Fingerprint that the server shows')).toEqual([sftp.nextHostKey]);
    expect(textsOf(task, 'Fingerprint that was entered')).toEqual([sftp.hostKey]);
    const before = await events(feed, 'host_key');
    for (let day = 0; day < 3; day += 1) await feed.run();
    expect(await events(feed, 'host_key')).toBe(before);
    expect(await feed.tasks()).toHaveLength(1);

    await feed.change({ hostKeys: [sftp.hostKey, sftp.nextHostKey] });
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
    await feed.task('feed-host-key', 'closed');
  });

  it('that nobody verifies stays with the team lead’s reason, and the next run tells again', async () => {
    const feed = await feedOf(service, { hostKeys: [`SHA256:${randomBytes(32).toString('base64').replace('=', '')}`] });
    await feed.run();
    const task = await feed.task('feed-host-key');
    await feed.say(task, 'closeNotCompleted', { by: 'finn', reason: 'the operator does not answer' });
    expect(await feed.problem('host_key').result()).toBe('not_completed');
    expect(await feed.endedRuns()).toHaveLength(1);
    await feed.run();
    await feed.task('feed-host-key', 'open', [task]);
  });
});

describe('a rejected file', () => {
  it('is imported when a person says so', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', bad(3));
    expect(await feed.run()).toEqual({ outcome: 'needs_person' });
    const task = await feed.task('feed-file-rejected');
    expect(textsOf(task, 'File')).toEqual([`${feed.row.directory}a_SL.csv`]);
    await feed.done('feed-file-rejected', { decision: 'import_anyway', action: 'the rest is right' });
    expect(await runEnded(feed, 2)).toContainEqual(
      expect.objectContaining({ outcome: 'imported', counts: expect.objectContaining({ inserted: 3 }) }),
    );
    expect(feed.left()).toEqual([]);
    expect(await feed.files()).toMatchObject([{ state: 'imported', approvedBy: 'finn' }]);
    expect(await feed.problem('file_rejected').result()).toBe('done');
  });

  it('that a person ignores stays on the server, and no task is opened for it again', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', bad(3));
    await feed.run();
    const task = await feed.done('feed-file-rejected', { decision: 'ignore', action: 'a test of theirs' });
    expect(await feed.problem('file_rejected').result()).toBe('done');
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
    expect([feed.left(), (await feed.tasks()).map(({ id }) => id)]).toEqual([['a_SL.csv'], [task.id]]);
    feed.put('a_SL.csv', bad(4));
    expect(await feed.run()).toEqual({ outcome: 'needs_person' });
    await feed.task('feed-file-rejected', 'open', [task]);
  });

  it('that the vendor replaces closes its task', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', bad(3));
    await feed.run();
    await feed.task('feed-file-rejected');
    feed.put('a_SL.csv', sales(3));
    expect(await feed.run()).toEqual({ outcome: 'imported' });
    expect((await feed.task('feed-file-rejected', 'closed')).reason).toBe('a later run succeeded without this problem');
  });

  it('that comes while a person looks at another has a task after it, and is not decided with it', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', bad(3));
    await feed.run();
    const first = await feed.task('feed-file-rejected');
    feed.put('b_SL.csv', bad(5));
    await feed.run();
    await feed.run();
    expect(await feed.tasks()).toHaveLength(1);
    const before = await events(feed, 'file_rejected');
    await feed.run();
    expect(await events(feed, 'file_rejected')).toBe(before);

    await feed.done('feed-file-rejected', { decision: 'ignore', action: 'not needed' });
    const second = await feed.task('feed-file-rejected', 'open', [first]);
    expect(textsOf(second, 'File')).toEqual([`${feed.row.directory}b_SL.csv`]);
    const files = await feed.files();
    expect(files.map(({ path, ignoredBy }) => [path.split('/').at(-1), ignoredBy])).toEqual([
      ['a_SL.csv', 'finn'],
      ['b_SL.csv', null],
    ]);
  });

  it('keeps its task over runs of the workflow', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', bad(3));
    await feed.run();
    const { id } = await feed.task('feed-file-rejected');
    const { runId } = await feed.problem('file_rejected').describe();
    await feed.problem('file_rejected').signal('continueAsNew');
    await eventually(async () => (await feed.problem('file_rejected').describe()).runId !== runId);
    const done = await feed.done('feed-file-rejected', { decision: 'vendor_sends_again', action: 'asked them' });
    expect(done.id).toBe(id);
    expect(await feed.problem('file_rejected').result()).toBe('done');
    expect(await feed.files()).toMatchObject([{ ignoredBy: 'finn' }]);
  });
});

describe('a rejected file in the folder of a backfill', () => {
  it('keeps its task when the own folder is clean, and is looked at again when that is decided', async () => {
    const feed = await feedOf(service);
    const directory = `${feed.id}/archive/`;
    const folder = join(service.sandbox.sftp.folder, directory);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a_SL.csv'), bad(3));
    expect(await feed.run('backfill', { directory })).toEqual({ outcome: 'needs_person' });
    await feed.task('feed-file-rejected');
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
    const { events: told } = await feed.problem('file_rejected').fetchHistory();
    const signals = told!.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName).filter(Boolean);
    expect(signals).toEqual(['occurred']);

    await feed.done('feed-file-rejected', { decision: 'import_anyway', action: 'it is right' });
    expect(await feed.problem('file_rejected').result()).toBe('done');
    const runs = await runEnded(feed, 3);
    expect(runs.filter(({ trigger }) => trigger === 'backfill')).toHaveLength(2);
    expect(runs).toContainEqual(expect.objectContaining({ requestedBy: 'finn', outcome: 'imported' }));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('files that are set aside', () => {
  it('such as of another header or with an odd name, have one task and stay', async () => {
    const feed = await feedOf(service);
    feed.put('a_SL.csv', 'Name\nnobody\n');
    feed.put('b\n_SL.csv', sales(1));
    expect(await feed.run()).toEqual({ outcome: 'needs_person' });
    const task = await feed.task('feed-files-set-aside');
    expect(textsOf(task, 'File').sort()).toEqual([`${feed.row.directory}a_SL.csv`, `${feed.row.directory}b _SL.csv`]);
    expect(feed.left()).toHaveLength(2);
    const directory = `${feed.id}/archive/`;
    mkdirSync(join(service.sandbox.sftp.folder, directory));
    expect(await feed.run('backfill', { directory })).toEqual({ outcome: 'no_files' });
    expect((await feed.task('feed-files-set-aside')).id).toBe(task.id);
    await feed.done('feed-files-set-aside', { decision: 'ignore', action: 'not ours' });
    expect(await feed.problem('files_set_aside').result()).toBe('done');
    expect(await feed.run()).toEqual({ outcome: 'no_files' });
  });
});
