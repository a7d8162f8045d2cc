import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
export type RecordedHistory = proto.temporal.api.history.v1.IHistory;

/** One folder for each release, and in it one for each scenario. */
export const historiesFolder = fileURLToPath(new URL('./histories', import.meta.url));
/** The release in preparation: the only folder that recording writes to. */
export const unreleased = 'unreleased';
/** Of each file in a released folder: what was released must not change. */
const checksumFile = 'SHA256SUMS';
const suffix = '.binpb';

export interface Recorded {
  /** Such as `unreleased/elead-mail-accepted/cancelElead`. */
  name: string;
  release: string;
  scenario: string;
  workflowType: string;
  workflowId: string;
  runId: string;
  history: RecordedHistory;
}

export function readHistories(folder = historiesFolder): Recorded[] {
  return historyFiles(folder).map((file) => {
    const history = History.decode(readFileSync(join(folder, file)));
    const { workflowType, workflowId, originalExecutionRunId } =
      history.events[0]!.workflowExecutionStartedEventAttributes!;
    const [release, scenario] = file.split('/') as [string, string];
    const name = file.slice(0, -suffix.length);
    const ids = { workflowId: workflowId!, runId: originalExecutionRunId ?? '' };
    return { name, release, scenario, workflowType: workflowType!.name!, ...ids, history };
  });
}

/** The histories of one scenario, in the order in which their workflows started, instead of those recorded before. */
export function writeHistories(
  scenario: string,
  histories: { workflowType: string; history: RecordedHistory }[],
  folder = historiesFolder,
): void {
  const target = join(folder, unreleased, scenario);
  if (existsSync(join(folder, unreleased, checksumFile)))
    throw new Error(`${unreleased} has a ${checksumFile}: it is a released folder that was renamed back`);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const count = new Map<string, number>();
  for (const { workflowType, history } of histories) {
    const nth = (count.get(workflowType) ?? 0) + 1;
    count.set(workflowType, nth);
    const name = nth === 1 ? workflowType : `${workflowType}-${nth}`;
    writeFileSync(join(target, `${name}${suffix}`), History.encode(history).finish());
  }
}

/** Removes what is recorded of scenarios that are gone or have another name. */
export function keepScenarios(scenarios: string[], folder = historiesFolder): void {
  for (const found of readdirSync(join(folder, unreleased)))
    if (!scenarios.includes(found)) rmSync(join(folder, unreleased, found), { recursive: true });
}

/**
 * Makes the histories of the release in preparation those of this release; from then on they do not change.
 * @throws when that release has histories already, or nothing was recorded
 */
export function releaseHistories(release: string, folder = historiesFolder): void {
  if (!/^\d+\.\d+\.\d+/.test(release)) throw new Error(`${release} is not a version such as 1.2.0`);
  if (existsSync(join(folder, release)))
    throw new Error(`${release} has recorded histories already: raise the version in package.json`);
  const files = historyFiles(folder).filter((file) => file.startsWith(`${unreleased}/`));
  if (files.length === 0) throw new Error('Nothing is recorded: npm run record-histories');
  renameSync(join(folder, unreleased), join(folder, release));
  const sums = files.map((file) => `${sha256(join(folder, release, inRelease(file)))}  ${inRelease(file)}\n`);
  writeFileSync(join(folder, release, checksumFile), sums.join(''));
}

/** What differs from the day of the release, one line for each file; empty when nothing does. */
export function changedAfterRelease(folder = historiesFolder): string[] {
  if (!existsSync(folder)) return [];
  const releases = readdirSync(folder).filter((name) => name !== unreleased);
  return releases.flatMap((release) => {
    const sums = join(folder, release, checksumFile);
    if (!existsSync(sums)) return [`${release} has no ${checksumFile}`];
    const known = new Map(
      readFileSync(sums, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('  ') as [string, string])
        .map(([sum, file]) => [file, sum]),
    );
    const present = historyFiles(folder)
      .filter((file) => file.startsWith(`${release}/`))
      .map(inRelease);
    return [
      ...present.filter((file) => !known.has(file)).map((file) => `${release}/${file} was added`),
      ...[...known].flatMap(([file, sum]) => {
        if (!present.includes(file)) return [`${release}/${file} is missing`];
        return sha256(join(folder, release, file)) === sum ? [] : [`${release}/${file} was changed`];
      }),
    ];
  });
}

function historyFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(suffix))
    .sort();
}

function inRelease(file: string): string {
  return file.slice(file.indexOf('/') + 1);
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
