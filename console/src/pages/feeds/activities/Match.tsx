import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, bodyOf } from '../../../app/api.ts';
import { Loading } from '../../../parts/Loading.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { Section } from '../../../parts/Section.tsx';
import { useNames } from '../../../parts/usePeople.ts';
import { At } from '../../../parts/When.tsx';
import { orNone } from '../activityWords.ts';
import { Facts } from '../Facts.tsx';

/** Why an activity has its contact, and what people have changed of the contact since. */
export function Match({ id }: { id: string }) {
  const nameOf = useNames();
  const found = useQuery({
    queryKey: ['activity', id, 'match'],
    queryFn: () => bodyOf(api.GET('/v1/activities/{id}/match', { params: { path: { id } } })),
  });
  const match = found.data;
  return (
    <Section title="Why this contact">
      <ProblemAlert error={found.error} />
      {found.isPending && !found.error && <Loading what="the explanation" />}
      {match && (
        <>
          <Text size="sm">{match.ruleInWords}</Text>
          <Text size="sm">{match.choice}</Text>
          {match.compared.length > 0 && (
            <>
              <Text size="sm" c="dimmed">
                What was compared, as the contact has it now:
              </Text>
              <Facts facts={match.compared.map(({ label, value }) => [label, orNone(value)])} />
            </>
          )}
          {match.changes.length > 0 && (
            <>
              <Text size="sm" c="dimmed">
                Changed by people since:
              </Text>
              <List size="sm">
                {match.changes.map(({ at, by, action, detail }) => (
                  <List.Item key={at + action}>
                    {action}
                    {detail && `: ${detail}`} · {nameOf(by)}, <At at={at} />
                  </List.Item>
                ))}
              </List>
            </>
          )}
        </>
      )}
    </Section>
  );
}
