import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, bodyOf, isNotFound } from '../../app/api.ts';
import { BackLink } from '../../parts/BackLink.tsx';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Link } from '../../parts/Link.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { Section } from '../../parts/Section.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { At, When } from '../../parts/When.tsx';
import { OutcomeBadge } from './OutcomeBadge.tsx';
import { RunProgress } from './RunProgress.tsx';
import { RunReport } from './report/RunReport.tsx';
import { refetchInterval } from './useFeed.ts';
import {
  countsWords,
  fileStates,
  inWords,
  isDry,
  lengthWords,
  outcomeOf,
  type Run,
  sizeWords,
  triggerWords,
} from './words.ts';

/** One run of a feed: how far it is, and what became of each file. */
export function RunPage() {
  const { id } = useParams({ from: '/feeds/runs/$id' });
  const found = useQuery({
    queryKey: ['feed run', id],
    queryFn: () => bodyOf(api.GET('/v1/feeds/runs/{id}', { params: { path: { id } } })),
    refetchInterval,
    // One that was just started has no row until it begins.
    retry: 3,
  });
  const run = found.data;
  if (!run) {
    const isMissing = isNotFound(found.error);
    return (
      <Stack>
        <BackLink to="/feeds">Feeds</BackLink>
        {found.isPending && <Loading what="the run" />}
        {found.error && <PageTitle>{isMissing ? 'Run not found' : 'The run cannot be shown'}</PageTitle>}
        {isMissing ? (
          <Empty>There is no run at this address, or it has not begun yet: this page looks again by itself.</Empty>
        ) : (
          <ProblemAlert error={found.error} />
        )}
      </Stack>
    );
  }
  return (
    <Stack>
      <Header run={run} />
      <ProblemAlert error={found.error} />
      {run.reason && (
        <Alert color={run.outcome === 'failed' || run.outcome === 'needs_person' ? 'red' : 'gray'}>{run.reason}</Alert>
      )}
      {run.endedAt ? (
        <Text>
          {isDry(run) ? 'Nothing was changed. The rows would be: ' : ''}
          {countsWords(run.counts)}
          {run.counts.read > 0 &&
            `; ${inWords(run.contactsFound)} contacts found, ${inWords(run.contactsCreated)} ${isDry(run) ? 'to be created' : 'created'}`}
        </Text>
      ) : (
        <Paper withBorder p="sm">
          <RunProgress progress={run.progress} />
        </Paper>
      )}
      {!isDry(run) && run.counts.rejected > 0 && (
        <Link to="/feeds/$id/rejected" params={{ id: run.importId }} search={{ run: run.id }}>
          Correct the rejected rows
        </Link>
      )}
      <RunReport run={run} />
      {!(isDry(run) && run.report) && <Files run={run} />}
    </Stack>
  );
}

function Files({ run }: { run: Run }) {
  return (
    <Section title="Files">
      {run.files.length === 0 && <Text c="dimmed">{run.endedAt ? 'There was no file.' : 'No file yet.'}</Text>}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Files">
        {run.files.map((file) => (
          <FileRow key={file.id} file={file} importId={run.importId} />
        ))}
      </Stack>
      {run.moreFiles && <Text size="sm">There are more files than this page shows.</Text>}
    </Section>
  );
}

function Header({ run }: { run: Run }) {
  const { importId, trigger, date, startedAt, endedAt, requestedBy, webUi } = run;
  const nameOf = useNames();
  return (
    <Stack gap={4}>
      <BackLink to="/feeds/$id" params={{ id: importId }}>
        Feed of {dealerTitle(run)}
      </BackLink>
      <Group justify="space-between" align="start">
        <Group gap="sm">
          <PageTitle tab={`${triggerWords[trigger]} of ${dealerTitle(run)}`}>
            {triggerWords[trigger]}
            {date && ` of ${date}`}
          </PageTitle>
          <OutcomeBadge look={outcomeOf(run)} />
        </Group>
        {webUi && (
          <Button component="a" href={webUi} target="_blank" rel="noreferrer" variant="default" size="xs">
            Temporal Web UI
          </Button>
        )}
      </Group>
      <Text c="dimmed">
        <At at={startedAt} />
        {endedAt && ` · took ${lengthWords(startedAt, endedAt)}`}
        {requestedBy && ` · requested by ${nameOf(requestedBy)}`}
      </Text>
    </Stack>
  );
}

function FileRow({ file, importId }: { file: Run['files'][number]; importId: string }) {
  const { id, path, size, state, reason, encoding, counts, removedAt, removalProblem, approvedBy, ignoredBy } = file;
  const nameOf = useNames();
  return (
    <Paper component="li" withBorder p="xs">
      <Group gap="xs" justify="space-between" align="start">
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {path}
        </Text>
        <OutcomeBadge look={fileStates[state]} />
      </Group>
      {reason && <Text size="sm">{reason}</Text>}
      <Text size="sm">{counts.read > 0 && countsWords(counts)}</Text>
      {state === 'imported' && counts.rejected > 0 && (
        <Link to="/feeds/$id/rejected" params={{ id: importId }} search={{ file: id }} size="sm">
          Rejected rows of this file
        </Link>
      )}
      {removalProblem && <Text size="sm">Not removed on the server: {removalProblem}</Text>}
      {approvedBy && <Text size="sm">Imported in spite of that by {nameOf(approvedBy)}</Text>}
      {ignoredBy && <Text size="sm">Left out by {nameOf(ignoredBy)}</Text>}
      <Text size="sm" c="dimmed">
        {sizeWords(size)}
        {encoding && ` · ${encoding}`}
        {removedAt && (
          <>
            {' · removed on the server '}
            <When at={removedAt} />
          </>
        )}
      </Text>
    </Paper>
  );
}
