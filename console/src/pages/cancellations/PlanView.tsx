import { Alert, Badge, Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import type { Plan } from '../../app/api.ts';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { Link } from '../../parts/Link.tsx';

export type Planned = Plan['integrations'][number];

/** Of a DMS vendor that waits: what for. */
export function waitWords({ parentSalesAccount: parent, cancellationId }: Planned): string {
  if (cancellationId) return 'begins when it is reinstated.';
  const account = parent?.name ? `${parent.name} (${parent.id})` : `the parent sales account ${parent?.id}`;
  if (parent?.blocks === 'active')
    return `waits while ${account} is ${parent.status}; its Effective Status is checked again daily.`;
  if (parent?.blocks === 'not_found') return `waits until ${account} is known.`;
  return `waits until a person has checked the Effective Status of ${account}: it is ${parent?.status}.`;
}

const beginnings: Record<Planned['begins'], [words: string, color: string]> = {
  now: ['starts now', 'green'],
  waits: ['waits', 'yellow'],
  blocked: ['blocked', 'red'],
  joins: ['already in progress', 'blue'],
  nothing: ['already ended', 'gray'],
};

/**
 * What a request would do, with the warnings first.
 * @param onWait makes DMS vendors wait for an account that is Active, and not be blocked
 */
export function PlanView({ plan, onWait }: { plan: Plan; onWait: () => void }) {
  return (
    <Stack gap="sm" component="section" aria-label="What would happen">
      <Title order={2} size="h3">
        What would happen to {dealerTitle(plan)}
      </Title>
      <JoinsNotice plan={plan} />
      {plan.integrations.map((one) => (
        <GateWarning key={one.integration} planned={one} onWait={onWait} />
      ))}
      {plan.integrations.map((one) => (
        <PlannedIntegration key={one.integration} planned={one} />
      ))}
    </Stack>
  );
}

function JoinsNotice({ plan: { joins, onlyJoins } }: { plan: Plan }) {
  if (!joins) return null;
  return (
    <Alert
      color="blue"
      title={
        onlyJoins ? 'This cancellation is already in progress' : 'This dealer already has a cancellation in progress'
      }
    >
      {onlyJoins
        ? 'Nothing new would start. See who must act next, and the evidence so far: '
        : 'The request joins it: '}
      <CancellationLink id={joins}>open the cancellation in progress</CancellationLink>.
    </Alert>
  );
}

function CancellationLink({ id, children }: { id: string; children: string }) {
  return (
    <Link to="/cancellations/$id" params={{ id }} inherit fw={600} underline="always">
      {children}
    </Link>
  );
}

interface Warned {
  planned: Planned;
  onWait: () => void;
}

function GateWarning({ planned: { begins, vendorName, parentSalesAccount: parent }, onWait }: Warned) {
  if (!parent?.blocks || (begins !== 'blocked' && begins !== 'waits')) return null;
  const account = parent.name ? `${parent.name} (${parent.id})` : parent.id;
  if (begins === 'blocked')
    return (
      <Alert
        color="red"
        variant="filled"
        role="alert"
        title={`${vendorName} will be blocked: ${account} is ${parent.status}`}
      >
        The parent sales account’s Effective Status is {parent.status}, and a DMS feed that an active account uses must
        not end. Nothing is done at {vendorName}. If the status is wrong, correct it in CST first. If the account is
        about to end, the cancellation can wait for that.
        <Group mt="xs">
          <Button variant="white" color="dark" size="xs" onClick={onWait}>
            Wait, and check again daily
          </Button>
        </Group>
      </Alert>
    );
  if (parent.blocks === 'active')
    return (
      <Alert color="yellow" title={`${vendorName} waits: ${account} is ${parent.status}`}>
        Nothing is done at {vendorName} while the parent sales account is Active. Its Effective Status is checked again
        daily.
      </Alert>
    );
  if (parent.blocks === 'not_found')
    return (
      <Alert color="yellow" title={`${vendorName} waits: the parent sales account ${parent.id} is not known`}>
        Nothing is done at {vendorName} before it is. Enter it, or correct the dealer’s parent sales account.
      </Alert>
    );
  return (
    <Alert color="yellow" title={`${vendorName} waits for a person: the status of ${account} is ${parent.status}`}>
      That is neither Active nor a status that is known to mean not active. A task opens to check it, and nothing is
      done at {vendorName} before.
    </Alert>
  );
}

function PlannedIntegration({ planned }: { planned: Planned }) {
  const { vendorName, begins, dealerId, cancellationId, parentSalesAccount: parent, steps } = planned;
  const [words, color] = beginnings[begins];
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h4">
          {vendorName}
        </Title>
        <Badge color={color} variant="light">
          {words}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {dealerId ? `Dealer’s ID there: ${dealerId}` : 'The dealer’s ID there is not known'}
        {parent?.name && ` · parent sales account: ${parent.name} (${parent.id}), ${parent.status}`}
      </Text>
      {cancellationId && (
        <Text size="sm" mt="xs">
          {begins === 'waits' ? 'It is being reinstated in an earlier cancellation, and begins after that: ' : 'See '}
          <CancellationLink id={cancellationId}>
            {begins === 'waits' ? 'open the earlier cancellation' : 'where it stands'}
          </CancellationLink>
          .
        </Text>
      )}
      {(begins === 'now' || begins === 'waits') && <Steps steps={steps} />}
    </Paper>
  );
}

const doers: Record<Planned['steps'][number]['by'], string> = {
  'a person': 'a person, with a task',
  dealerops: 'Dealerops, without a person',
  finance: 'outside Dealerops, which only records it',
};

function Steps({ steps }: Pick<Planned, 'steps'>) {
  return (
    <List type="ordered" spacing={6} mt="xs" listStyleType="decimal">
      {steps.map(({ step, title, by, note, mail }) => (
        <List.Item key={step} styles={{ itemWrapper: { display: 'inline' }, itemLabel: { display: 'inline' } }}>
          {title}{' '}
          <Text span size="sm" c="dimmed">
            ({doers[by]}
            {note && `: ${note}`})
          </Text>
          {mail && (
            <Paper withBorder p="sm" mt={4} bg="var(--mantine-color-default-hover)" role="group" aria-label="The mail">
              <Text size="sm">
                <b>To:</b> {mail.to}
                <br />
                <b>Subject:</b> {mail.subject}
              </Text>
              <Text size="sm" mt="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {mail.body.trimEnd()}
              </Text>
            </Paper>
          )}
        </List.Item>
      ))}
    </List>
  );
}
