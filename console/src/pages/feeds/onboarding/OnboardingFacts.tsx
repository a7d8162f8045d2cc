import { Group, Paper, Stack, Text } from '@mantine/core';
import { sentenceCase } from '../../../../../domain/shared/words.ts';
import { Link } from '../../../parts/Link.tsx';
import { Section } from '../../../parts/Section.tsx';
import { useNames } from '../../../parts/usePeople.ts';
import { At } from '../../../parts/When.tsx';
import { FeedState } from '../FeedState.tsx';
import { OutcomeBadge } from '../OutcomeBadge.tsx';
import { countsWords, feedTitle, inWords, outcomeOf } from '../words.ts';
import type { Onboarding } from './useOnboarding.ts';

/** The feeds that were created, each with its latest trial; a person approves it, or sends it back, with its task. */
export function Trials({ onboarding: { imports, dms, steps, tasks } }: { onboarding: Onboarding }) {
  if (imports.length === 0) return null;
  return (
    <Section title="Feeds" framed>
      {imports.map(({ id, kind, state, trial }) => {
        const taskId = steps.find(({ step }) => step === `trial-${kind}`)?.taskId;
        const task = tasks.find((one) => one.id === taskId && one.closedAt === null);
        return (
          <Paper key={id} withBorder p="xs">
            <Group gap="xs">
              <Link to="/feeds/$id" params={{ id }} fw={600}>
                {feedTitle({ dms, kind })}
              </Link>
              <FeedState feed={{ state, end: null }} />
            </Group>
            {trial ? <LatestTrial trial={trial} /> : <Text size="sm">No file was tried yet.</Text>}
            {task && (
              <Link to="/tasks/$id" params={{ id: task.id }} size="sm">
                {task.title}
              </Link>
            )}
          </Paper>
        );
      })}
    </Section>
  );
}

function LatestTrial({ trial }: { trial: NonNullable<Onboarding['imports'][number]['trial']> }) {
  const { runId, startedAt, reason, counts, contactsFound, contactsCreated, reportMissing } = trial;
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <OutcomeBadge look={outcomeOf({ ...trial, trigger: 'trial' })} />
        <Text size="sm">
          <At at={startedAt} />
        </Text>
      </Group>
      {reason && <Text size="sm">{reason}</Text>}
      <Text size="sm">
        {countsWords(counts)}; {inWords(contactsFound)} contacts found, {inWords(contactsCreated)} to create
      </Text>
      {reportMissing && <Text size="sm">The report cannot be shown: {reportMissing}</Text>}
      <Link to="/feeds/runs/$id" params={{ id: runId }} size="sm">
        The whole trial
      </Link>
    </Stack>
  );
}

/** Who was asked, and what the dealer says. */
export function OnboardingFacts({ onboarding }: { onboarding: Onboarding }) {
  const { contact, permissions, exception, askedAt, timeZone } = onboarding;
  const nameOf = useNames();
  const known = contact && [contact.name, contact.phone, contact.email].filter((one) => one !== null);
  return (
    <Section title="Permission" framed>
      {known && (
        <Text size="sm">
          {known.length > 0 ? `Contact at the dealership: ${known.join(', ')}` : 'No contact is known yet.'}
        </Text>
      )}
      {askedAt && (
        <Text size="sm">
          ProResponse was asked <At at={askedAt} dealerZone={timeZone} />
        </Text>
      )}
      {permissions.length === 0 && <Text size="sm">The dealer’s answer is not known yet.</Text>}
      {permissions.map(({ outcome, on, saidBy, note, recordedBy, recordedAt }) => (
        <Text key={recordedAt} size="sm">
          {sentenceCase(outcome)} on {on}
          {saidBy && `, says ${saidBy}`} · recorded by {nameOf(recordedBy)}
          {note && ` · ${note}`}
        </Text>
      ))}
      {exception && (
        <Text size="sm">
          Exception granted by {nameOf(exception.by)}: {exception.reason}
        </Text>
      )}
    </Section>
  );
}
