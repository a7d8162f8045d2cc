import { Group, Paper, Select, Stack, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { actorName } from '../../../../domain/shared/actors.ts';
import { api, bodyOf } from '../../app/api.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { useNames, usePeople } from '../../parts/usePeople.ts';
import { At } from '../../parts/When.tsx';
import { changesInWords } from './changesInWords.ts';
import { useApiKeys } from './useApiKeys.ts';

/** Who changed people, API keys, accounts and other people's sessions, the newest first. */
export function Events() {
  const { by, subject } = useSearch({ from: '/admin' });
  const navigate = useNavigate({ from: '/admin' });
  const change = (part: { by?: string; subject?: string }) =>
    navigate({ search: (before) => ({ ...before, ...part }), replace: true, resetScroll: false });
  const events = useInfiniteQuery({
    queryKey: ['events', { by, subject }],
    queryFn: ({ pageParam }) =>
      bodyOf(api.GET('/v1/events', { params: { query: { by, subject, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const nameOf = useNames();
  const subjectName = useSubjectName();
  const rows = events.data?.pages.flatMap((page) => page.events);
  return (
    <Stack gap="sm">
      <Filters by={by} subject={subject} onChange={change} />
      <ProblemAlert error={events.error} />
      {events.isPending && <Loading what="the changes" />}
      {rows?.length === 0 && <Empty>No change matches these filters.</Empty>}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Changes">
        {rows?.map((event) => (
          <Paper key={event.id} component="li" withBorder p="sm">
            <Group justify="space-between" gap="xs">
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {event.action.charAt(0).toUpperCase() + event.action.slice(1)}: {subjectName(event.subject)}
              </Text>
              <Text size="sm" c="dimmed">
                <At at={event.at} />
              </Text>
            </Group>
            <Text size="sm">by {byWords(event.by, nameOf)}</Text>
            {event.detail &&
              changesInWords(event.detail, nameOf).map((words) => (
                <Text key={words} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {words}
                </Text>
              ))}
          </Paper>
        ))}
      </Stack>
      <ShowMore of={events} />
    </Stack>
  );
}

const byWords = (by: string, nameOf: (id: string) => string) =>
  by === 'command line' ? 'the command line' : nameOf(by);

/** What an event of the administration is about, by its name: `person/olivia` is Olivia Ops. */
function useSubjectName(): (subject: string) => string {
  const keys = useApiKeys();
  const nameOf = useNames();
  return (subject) => {
    const [kind, ...rest] = subject.split('/');
    const id = rest.join('/');
    if (kind === 'person') return nameOf(id);
    if (kind === 'api-key') return keys.data?.find((key) => key.id === id)?.name ?? 'a key that is not known';
    if (kind === 'session') return 'of the console';
    return kind === 'account' ? `dealer ${id}` : subject;
  };
}

interface FilterProps {
  by?: string;
  subject?: string;
  onChange: (part: { by?: string; subject?: string }) => void;
}

function Filters({ by, subject, onChange }: FilterProps) {
  const people = usePeople().data ?? [];
  const keys = useApiKeys().data ?? [];
  const subjectName = useSubjectName();
  const nameOf = useNames();
  const systems = [...new Set(keys.filter(({ personId }) => !personId).map(({ name }) => `key:${name}`))];
  const callers = [
    ...people.map(({ id, name }) => ({ value: id, label: name })),
    ...systems.map((value) => ({ value, label: actorName(value) })),
    { value: 'command line', label: 'The command line' },
  ];
  const subjects = [
    { group: 'People', items: people.map(({ id, name }) => ({ value: `person/${id}`, label: name })) },
    { group: 'API keys', items: keys.map(({ id, name }) => ({ value: `api-key/${id}`, label: name })) },
  ];
  // An address may name others, such as an account.
  const otherCaller = by && !callers.some(({ value }) => value === by) ? [{ value: by, label: nameOf(by) }] : [];
  const isListed = subjects.some(({ items }) => items.some(({ value }) => value === subject));
  const otherSubject =
    subject && !isListed ? [{ group: 'Other', items: [{ value: subject, label: subjectName(subject) }] }] : [];
  return (
    <Group align="end" gap="sm">
      <Select
        label="Changed by"
        placeholder="Anybody"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear Changed by' }}
        data={[...callers, ...otherCaller]}
        value={by ?? null}
        onChange={(value) => onChange({ by: value ?? undefined })}
      />
      <Select
        label="What was changed"
        placeholder="Anything"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Clear What was changed' }}
        data={[...subjects, ...otherSubject]}
        value={subject ?? null}
        onChange={(value) => onChange({ subject: value ?? undefined })}
      />
    </Group>
  );
}
