import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { IntegrationName } from '../../../../domain/shared/vendors.ts';
import { api, bodyOf, type Plan } from '../../app/api.ts';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useRequestKey } from '../../parts/useRequestKey.ts';
import { type Planned, waitWords } from './PlanView.tsx';

export type CancellationBody = { account: string; whenActive: 'block' | 'wait' } & (
  | { reason: 'subscription_canceled'; integrations: IntegrationName[] }
  | { reason: 'vendor_change'; integration: IntegrationName }
);

export function send(body: CancellationBody & { dryRun: boolean }, key: string) {
  return bodyOf(api.POST('/v1/cancellations', { params: { header: { 'idempotency-key': key } }, body }));
}

interface Props {
  plan: Plan;
  body: CancellationBody;
  /** Whether the plan is of this body, as things stand now. */
  isCurrent: boolean;
  /** Makes the plan again, since things may have changed. */
  onLook: () => void;
}

/** Starts what the plan shows, after a question that names the dealer; offers no start where nothing would begin. */
export function StartPlan({ plan, body, isCurrent, onLook }: Props) {
  const [opened, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const key = useRequestKey(body);
  const start = useMutation({
    mutationFn: async (confirmed: { body: CancellationBody; key: string }) =>
      (await send({ ...confirmed.body, dryRun: false }, confirmed.key)) as { id: string },
    onSuccess: ({ id }) => navigate({ to: '/cancellations/$id', params: { id } }),
  });
  const look = () => {
    start.reset();
    onLook();
    open();
  };
  const begins = plan.integrations.some((one) => one.begins === 'now' || one.begins === 'waits');
  const nothing = plan.onlyJoins
    ? undefined
    : 'There is nothing to start: every integration is blocked, in progress or ended.';
  return (
    <Stack gap="xs">
      <Group>
        {begins && (
          <Button color="red" onClick={look} disabled={!isCurrent}>
            Start the cancellation …
          </Button>
        )}
        {plan.onlyJoins && (
          <Button variant="default" onClick={look} disabled={!isCurrent}>
            Add this request to it …
          </Button>
        )}
      </Group>
      {!begins && nothing && <Alert color="gray">{nothing}</Alert>}
      <Modal opened={opened} onClose={close} size="lg" title={titleOf(plan)}>
        <Stack gap="sm">
          {plan.onlyJoins ? (
            <Text size="sm">
              The audit record then shows that you requested it too. Nothing is started a second time.
            </Text>
          ) : (
            <List size="sm" spacing={4}>
              {plan.integrations.map((one) => (
                <List.Item key={one.integration}>
                  <Text span inherit fw={600}>
                    {one.vendorName}
                  </Text>
                  {one.dealerId && ` (${one.dealerId})`}: {whatHappens(one)}
                </List.Item>
              ))}
            </List>
          )}
          <ProblemAlert error={start.error} labels={{ '/account': 'Dealer' }} />
          <Group>
            <Button
              color={plan.onlyJoins ? undefined : 'red'}
              onClick={() => start.mutate({ body, key })}
              loading={start.isPending}
              disabled={!isCurrent || (!begins && !plan.onlyJoins)}
            >
              {plan.onlyJoins ? 'Add the request' : 'Start the cancellation'}
            </Button>
            <Button variant="default" onClick={close}>
              Back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}

function titleOf(plan: Plan): string {
  return plan.onlyJoins
    ? `Add a request to the cancellation of ${dealerTitle(plan)}`
    : `Start the cancellation of ${dealerTitle(plan)}?`;
}

function whatHappens(planned: Planned): string {
  const { begins, steps, parentSalesAccount: parent } = planned;
  if (begins === 'blocked') return `will be blocked, since ${parent?.name ?? parent?.id} is ${parent?.status}.`;
  if (begins === 'joins') return 'is in progress already, and goes on as it is.';
  if (begins === 'nothing') return 'has ended already.';
  if (begins === 'waits') return waitWords(planned);
  if (steps.some(({ mail }) => mail)) return 'the mail leaves at once, and cannot be taken back.';
  return 'starts at once.';
}
