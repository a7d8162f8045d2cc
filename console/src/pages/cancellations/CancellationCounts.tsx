import { SimpleGrid, Stack, Text } from '@mantine/core';
import { integrationStates } from '../../../../domain/cancellations/cancellations.ts';
import { systemTitles } from '../../../../domain/cancellations/systems.ts';
import { isTeam } from '../../../../domain/shared/tasks.ts';
import { inWords, sentenceCase } from '../../../../domain/shared/words.ts';
import type { CancellationsOverview } from '../../app/api.ts';
import { CountLink } from '../../parts/CountLink.tsx';
import { Section } from '../../parts/Section.tsx';
import { stateWords } from '../../parts/StateBadge.tsx';
import { StoppedUnknown } from '../../parts/Stopped.tsx';
import { When } from '../../parts/When.tsx';

const colors: Record<string, string> = { blocked: 'red', not_completed: 'red' };

/** How many cancellations are in each state, and whom they wait for. */
export function CancellationCounts({ counts }: { counts: CancellationsOverview }) {
  const { states, stopped, moreStopped, waitingFor } = counts;
  return (
    <Section title="Cancellations">
      {stopped !== null && (stopped > 0 || moreStopped) && (
        <Text c="var(--mantine-color-red-text)" fw={600}>
          {stoppedWords(stopped, moreStopped)}
        </Text>
      )}
      {stopped === null && <StoppedUnknown />}
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="xs">
        {integrationStates.map((state) => (
          <CountLink
            key={state}
            to="/cancellations"
            search={{ state }}
            label={sentenceCase(stateWords(state))}
            count={states[state] ?? 0}
            color={colors[state]}
          />
        ))}
      </SimpleGrid>
      {waitingFor.length > 0 && (
        <Stack gap={4} component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label="Waiting for">
          {waitingFor.map(({ on, count, since }) => (
            <Text key={on} component="li" size="sm">
              Waiting for {waitedFor(on)}:{' '}
              <Text span inherit c="dimmed">
                {count === 1 ? '1 integration' : `${count} integrations`}
                {since && (
                  <>
                    , the longest since <When at={since} />
                  </>
                )}
              </Text>
            </Text>
          ))}
        </Stack>
      )}
    </Section>
  );
}

function stoppedWords(stopped: number, more: boolean): string {
  if (more)
    return `${stopped > 0 ? `At least ${stopped} cancellations` : 'Many workflows'} are stopped: an engineer must repair them.`;
  return `${stopped === 1 ? '1 cancellation is' : `${stopped} cancellations are`} stopped: an engineer must repair it.`;
}

/** Whom a code of the API stands for. */
function waitedFor(code: string): string {
  if (isTeam(code)) return `the team ${sentenceCase(code)}`;
  if (Object.hasOwn(systemTitles, code)) return systemTitles[code as keyof typeof systemTitles];
  if (code === 'team_lead') return 'a team lead';
  if (code === 'person') return 'whoever has claimed the task';
  if (code === 'account_status') return 'the parent account’s Effective Status to change';
  return inWords(code);
}
