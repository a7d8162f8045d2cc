import { Alert, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { Section } from '../../../parts/Section.tsx';
import { OutcomeBadge } from '../OutcomeBadge.tsx';
import { countsWords, type FileReport, fileStates, inWords, type Run } from '../words.ts';
import { SampledActivity } from './SampledActivity.tsx';

/** What a dry run or a trial has found: what a person reads before the files are imported. */
export function RunReport({ run: { report, reportMissing } }: { run: Run }) {
  if (reportMissing) return <Alert color="yellow">{reportMissing}</Alert>;
  if (!report) return null;
  return (
    <Section title="Report">
      {report.files.length === 0 && <Text c="dimmed">There was no file.</Text>}
      <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Files">
        {report.files.map((file) => (
          <FileOfReport key={file.path} file={file} />
        ))}
      </Stack>
    </Section>
  );
}

function FileOfReport({ file }: { file: FileReport }) {
  const { path, state, reason, counts, contactsFound, contactsCreated, rejections, sample } = file;
  return (
    <Paper component="li" withBorder p="sm">
      <Stack gap="xs">
        <Group gap="xs" justify="space-between" align="start">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {path}
          </Text>
          <OutcomeBadge look={wouldBe(state)} />
        </Group>
        {reason && <Text size="sm">{reason}</Text>}
        {counts.read > 0 && (
          <Text size="sm">
            {countsWords(counts)}; {inWords(contactsFound)} contacts found, {inWords(contactsCreated)} to be created
          </Text>
        )}
        <Rejections of={rejections} all={counts.rejected} />
        {sample === null && (
          <Text size="sm" c="dimmed">
            Activities and contacts as they would be are shown to those who may see customers: this needs an API key
            with the scope contacts:read.
          </Text>
        )}
        {sample && sample.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              Activities as they would be
            </Text>
            <Stack
              gap="xs"
              component="ul"
              p={0}
              m={0}
              style={{ listStyle: 'none' }}
              aria-label={`Activities of ${path}`}
            >
              {sample.map((one, index) => (
                <SampledActivity key={String(index)} activity={one} />
              ))}
            </Stack>
          </>
        )}
      </Stack>
    </Paper>
  );
}

/** Nothing was imported: the words of a run say what was done. */
function wouldBe(state: FileReport['state']): [words: string, color: string] {
  return state === 'imported' ? ['would be imported', 'green'] : fileStates[state];
}

function Rejections({ of: rejections, all }: { of: FileReport['rejections']; all: number }) {
  if (rejections.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        Rows that cannot be read
      </Text>
      <Table.ScrollContainer minWidth={320} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              {['Line', 'Column', 'Reason'].map((title) => (
                <Table.Th key={title} scope="col">
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rejections.map(({ line, column, code, reason }) => (
              <Table.Tr key={`${line}/${code}`}>
                <Table.Td>{inWords(line)}</Table.Td>
                <Table.Td>{column ?? 'the whole row'}</Table.Td>
                <Table.Td>{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {all > rejections.length && (
        <Text size="sm" c="dimmed">
          These are the first {rejections.length} of {inWords(all)}.
        </Text>
      )}
    </div>
  );
}
