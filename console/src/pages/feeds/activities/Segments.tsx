import { Badge, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { mayChangeContacts } from '../../../app/places.ts';
import { useSession } from '../../../app/session.tsx';
import { ActionButton } from '../../../parts/ActionButton.tsx';
import { Link } from '../../../parts/Link.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import type { Segment } from '../activityWords.ts';
import { inWords } from '../words.ts';
import { type ActivitySearch, isSameFilter, notToSave, placeOf, searchOf } from './filter.ts';
import { SaveSegment } from './SaveSegment.tsx';
import { SegmentMenu } from './SegmentMenu.tsx';

interface Props {
  account: string;
  /** What is searched for now. */
  filters: ActivitySearch;
  onChoose: (filter: ActivitySearch) => void;
}

/** The dealer's saved filters, each with how many activities are in it now. */
export function Segments({ account, filters, onChoose }: Props) {
  const [saving, setSaving] = useState(false);
  const mayChange = mayChangeContacts(useSession());
  const found = useQuery({
    queryKey: ['segments', account],
    queryFn: () => bodyOf(api.GET('/v1/segments', { params: { query: { account, limit: 100 } } })),
  });
  const segments = found.data?.segments;
  const missing = mayChange ? notToSave(filters) : 'This needs an API key with the scope contacts:write.';
  return (
    <Section
      title="Segments"
      aside={
        <ActionButton size="xs" variant="default" missing={missing} onClick={() => setSaving(true)}>
          Save these filters …
        </ActionButton>
      }
    >
      <ProblemAlert error={found.error} />
      {segments?.length === 0 && (
        <Text size="sm" c="dimmed">
          No filter of this dealer is saved yet.
        </Text>
      )}
      <Group gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Segments">
        {segments?.map((segment) => (
          <Group key={segment.id} gap={4} wrap="nowrap" component="li">
            <SegmentLink segment={segment} isCurrent={isSameFilter(searchOf(segment.filter), filters)} />
            {mayChange && <SegmentMenu segment={segment} filters={filters} />}
          </Group>
        ))}
      </Group>
      {found.data?.nextCursor && <Text size="sm">These are the first 100; the API lists all of them.</Text>}
      {saving && (
        <SaveSegment
          account={account}
          filters={filters}
          onDone={(saved) => {
            setSaving(false);
            if (saved) onChoose(searchOf(saved.filter));
          }}
        />
      )}
    </Section>
  );
}

function SegmentLink({ segment, isCurrent }: { segment: Segment; isCurrent: boolean }) {
  const { account, name, count, filter } = segment;
  return (
    <Link
      to="/activities"
      {...placeOf({ account, ...searchOf(filter) })}
      aria-current={isCurrent || undefined}
      fw={isCurrent ? 700 : undefined}
      size="sm"
    >
      {name}{' '}
      <Badge variant="light" component="span">
        {count === null ? 'many' : inWords(count)}
      </Badge>
    </Link>
  );
}
