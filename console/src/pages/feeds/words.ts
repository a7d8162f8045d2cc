import { dryTriggers, type FeedDms, type FeedKind, feedDmsTitles } from '../../../../domain/feeds/feeds.ts';
import type { components } from '../../app/api.generated.ts';

type Schemas = components['schemas'];
export type Feed = Schemas['FeedImport'];
export type ListedFeed = Schemas['FeedImportSummary'];
export type Run = Schemas['FeedRun'];
export type FileReport = Schemas['FeedFileReport'];
export type ListedRun = Schemas['ListedFeedRun'];
export type Counts = Schemas['FeedRowCounts'];
export type RejectedRow = Schemas['FeedRejectedRow'];
export type Health = Schemas['FeedHealth'];
export type HealthDay = Schemas['FeedHealthDay'];

export const kindTitles: Readonly<Record<FeedKind, string>> = { sales: 'Sales', service: 'Service' };

/** Such as `IDS sales`. */
export function feedTitle({ dms, kind }: { dms: FeedDms; kind: FeedKind }): string {
  return `${feedDmsTitles[dms]} ${kind}`;
}

/** Of a run, and of each of its files: the words and the color in which people read it. */
const outcomes: Record<NonNullable<ListedRun['outcome']>, [words: string, color: string]> = {
  imported: ['imported', 'green'],
  empty: ['no rows in the files', 'gray'],
  no_files: ['no files', 'gray'],
  needs_person: ['needs a person', 'red'],
  failed: ['failed', 'red'],
};

/** Whether a run only says what would become of the rows. */
export const isDry = ({ trigger }: Pick<ListedRun, 'trigger'>) => dryTriggers.includes(trigger);

export function outcomeOf({
  outcome,
  trigger,
  isSmall,
}: Pick<ListedRun, 'outcome' | 'trigger'> & Partial<Pick<ListedRun, 'isSmall'>>): [words: string, color: string] {
  if (outcome === 'imported' && isSmall) return ['imported, far fewer rows than usual', 'yellow'];
  if (outcome === 'imported' && isDry({ trigger })) return ['would be imported', 'green'];
  return outcome ? outcomes[outcome] : ['in progress', 'blue'];
}

export const triggerWords: Readonly<Record<ListedRun['trigger'], string>> = {
  schedule: 'Daily run',
  manual: 'Started by a person',
  backfill: 'Backfill',
  trial: 'Trial',
  dry_run: 'Dry run',
};

export const fileStates: Readonly<Record<Run['files'][number]['state'], [words: string, color: string]>> = {
  imported: ['imported', 'green'],
  empty: ['no rows', 'gray'],
  known: ['imported before', 'gray'],
  other_kind: ['of the other feed', 'gray'],
  set_aside: ['set aside', 'red'],
  rejected: ['not imported', 'red'],
  not_taken: ['not taken', 'yellow'],
};

const numbers = new Intl.NumberFormat('en-US');
export const inWords = (count: number): string => numbers.format(count);

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
/** A size in bytes as people say it, such as `1.4 MB`. */
export function sizeWords(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${numbers.format(Number((bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)))} ${units[power]}`;
}

/** How long a run took, such as `1 min 20 s`. */
export function lengthWords(startedAt: string, endedAt: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const parts: [name: keyof Counts, words: string][] = [
  ['inserted', 'new'],
  ['updated', 'changed'],
  ['unchanged', 'unchanged'],
  ['superseded', 'superseded by a later row or file'],
  ['rejected', 'rejected'],
];

/** Such as `120 rows: 100 new, 20 unchanged`. */
export function countsWords(counts: Counts): string {
  if (counts.read === 0) return 'no rows';
  const said = parts.filter(([name]) => counts[name] > 0).map(([name, words]) => `${inWords(counts[name])} ${words}`);
  return `${inWords(counts.read)} ${counts.read === 1 ? 'row' : 'rows'}: ${said.join(', ')}`;
}
