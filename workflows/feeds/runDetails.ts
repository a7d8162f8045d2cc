import { type FeedDms, type FeedFileState, type FeedKind, feedDmsTitles } from '../../domain/feeds/feeds.ts';
import type { ListedFile, RunTally } from '../../domain/feeds/runs.ts';
import type { RunStage } from '../../domain/feeds/searchAttributes.ts';
import { inWords } from '../../domain/shared/words.ts';

/** What Temporal's Web UI shows of a run. */
interface ShownRun {
  account: string;
  dms: FeedDms;
  kind: FeedKind;
  removes: boolean;
  isDry: boolean;
  stage: RunStage;
  tally: RunTally;
  /** How many files match; unknown before the folder is listed. */
  matched?: number;
  /** The file that is being imported. */
  file?: ListedFile;
  /** How many files are still to do in this stage. */
  left?: number;
}

const stages: readonly RunStage[] = ['listing', 'settling', 'importing'];

/** The run as a checklist in Markdown. */
export function runDetails({
  account,
  dms,
  kind,
  removes,
  isDry,
  stage,
  tally,
  matched,
  file,
  left,
}: ShownRun): string {
  const at = stages.indexOf(stage);
  const lines = [
    ['List the folder', matched === undefined ? undefined : `${matched} to look at`],
    ['Wait until no file grows', stage === 'settling' ? `${left} looked at again` : undefined],
    [
      removes && !isDry ? 'Import each file, and remove it from the server' : 'Import each file',
      stage === 'importing'
        ? `${left} to do, now ${file?.path} (${file?.size.toLocaleString('en-US')} bytes)`
        : undefined,
    ],
  ].map(([title, fact], index) => {
    const mark = at < 0 || index < at ? '☑' : index === at ? '▷' : '☐';
    return `- ${mark} **${title}**${fact ? `: ${fact}` : ''}`;
  });
  const files = Object.entries(tally.files) as [FeedFileState, number][];
  const { read, ...rows } = tally.counts;
  const counted = Object.entries(rows).map(([name, count]) => `${count.toLocaleString('en-US')} ${name}`);
  return [
    `**${feedDmsTitles[dms]} ${kind}, dealer ${account}${isDry ? ' (nothing is changed)' : ''}: ${inWords(stage)}**`,
    lines.join('\n'),
    `Files: ${files.map(([state, count]) => `${count} ${inWords(state)}`).join(', ') || 'none yet'}`,
    `Rows: ${read.toLocaleString('en-US')} read: ${counted.join(', ')}`,
  ].join('\n\n');
}
