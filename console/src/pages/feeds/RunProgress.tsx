import { Progress, Text } from '@mantine/core';
import { When } from '../../parts/When.tsx';
import { inWords, type ListedRun, sizeWords } from './words.ts';

const stages = { download: 'Downloading', read: 'Reading', match: 'Finding contacts', save: 'Saving' } as const;

/** How far a run in progress is with the file that it imports. */
export function RunProgress({ progress }: Pick<ListedRun, 'progress'>) {
  if (!progress) return <Text size="sm">Looking for files. Each is imported only after it has stopped growing.</Text>;
  const { file, stage, bytes, totalBytes, rows, rowsPerSecond, endsAt } = progress;
  const share = totalBytes > 0 ? Math.min(100, (100 * bytes) / totalBytes) : 0;
  return (
    <>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {stages[stage]}: {file}
      </Text>
      <Progress value={share} my={6} aria-label={`${stages[stage]}: ${Math.round(share)} percent of ${file}`} />
      <Text size="sm" c="dimmed">
        {sizeWords(bytes)} of {sizeWords(totalBytes)} · {inWords(rows)} {rows === 1 ? 'row' : 'rows'}
        {rowsPerSecond > 0 && ` · ${inWords(Math.round(rowsPerSecond))} rows per second`}
        {endsAt && (
          <>
            {' · estimated end '}
            <When at={endsAt} />
          </>
        )}
      </Text>
    </>
  );
}
