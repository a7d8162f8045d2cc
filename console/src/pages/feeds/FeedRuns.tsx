import { Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { At } from '../../parts/When.tsx';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import { RunProgress } from './RunProgress.tsx';
import { useRuns } from './useFeed.ts';
import { countsWords, type ListedRun, lengthWords, outcomeOf, triggerWords } from './words.ts';

/** The feed's runs, the newest first. */
export function FeedRuns({ id, dealerZone }: { id: string; dealerZone: string }) {
  const found = useRuns(id);
  return (
    <Section title="Runs">
      <ProblemAlert error={found.error} />
      {found.isPending && <Loading what="the runs" />}
      {found.data?.runs.length === 0 && <Text c="dimmed">It has not run yet.</Text>}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Runs">
        {found.data?.runs.map((run) => (
          <RunRow key={run.id} run={run} dealerZone={dealerZone} />
        ))}
      </Stack>
      {found.data?.nextCursor && <Text size="sm">These are the last 30; the API lists all of them.</Text>}
    </Section>
  );
}

function RunRow({ run, dealerZone }: { run: ListedRun; dealerZone: string }) {
  const { id, trigger, date, startedAt, endedAt, counts, progress, reason } = run;
  return (
    <Paper component="li" withBorder p="xs">
      <Group gap="xs" justify="space-between">
        <Link to="/feeds/runs/$id" params={{ id }} fw={600}>
          {triggerWords[trigger]}
          {date && ` of ${date}`}
        </Link>
        <OutcomeBadge look={outcomeOf(run)} />
      </Group>
      {endedAt ? <Text size="sm">{countsWords(counts)}</Text> : <RunProgress progress={progress} />}
      {reason && <Text size="sm">{reason}</Text>}
      <Text size="sm" c="dimmed">
        {!endedAt && 'Started '}
        <At at={startedAt} dealerZone={dealerZone} />
        {endedAt && ` · took ${lengthWords(startedAt, endedAt)}`}
      </Text>
    </Paper>
  );
}
