import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Group,
  List,
  NativeSelect,
  Paper,
  Radio,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type IntegrationName, integrationNames, vendorTitle } from '../../../../domain/shared/vendors.ts';
import { ApiProblem, api, bodyOf, type Plan } from '../../app/api.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { reasonWords } from './words.ts';

type Reason = keyof typeof reasonWords;
const emptyForm = {
  account: '',
  reason: 'subscription_canceled' as Reason,
  integration: integrationNames[0] as IntegrationName,
  /** All that the dealer has when empty. */
  only: [] as IntegrationName[],
  wait: false,
};

/** Starts a cancellation, after a preview of what would happen. */
export function NewCancellation() {
  const navigate = useNavigate();
  const [form, setForm] = useState(emptyForm);
  // One key for one filled-in form: pressing twice, or again after a broken connection, starts one process.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const body = {
    account: form.account.trim(),
    whenActive: form.wait ? 'wait' : 'block',
    ...reasonPart(form),
  } as const;
  const plan = useMutation({
    mutationFn: async () => (await send({ ...body, dryRun: true }, crypto.randomUUID())) as Plan,
  });
  const start = useMutation({
    mutationFn: async () => (await send({ ...body, dryRun: false }, key)) as { id: string },
    onSuccess: ({ id }) => navigate({ to: '/cancellations/$id', params: { id } }),
  });
  const change = (part: Partial<typeof emptyForm>) => {
    setForm((before) => ({ ...before, ...part }));
    setKey(crypto.randomUUID());
    plan.reset();
    start.reset();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    plan.mutate();
  };
  const problem = plan.error instanceof ApiProblem ? plan.error : undefined;
  return (
    <Stack>
      <PageTitle>New cancellation</PageTitle>
      <Paper component="form" onSubmit={submit} noValidate withBorder p="md">
        <Stack gap="sm">
          <TextInput
            label="Account"
            description="The dealer’s account in CST"
            maw={320}
            required
            value={form.account}
            error={problem?.of('/account')}
            onChange={(event) => change({ account: event.currentTarget.value })}
          />
          <Radio.Group label="Reason" value={form.reason} onChange={(reason) => change({ reason: reason as Reason })}>
            <Group mt={4}>
              {Object.entries(reasonWords).map(([value, label]) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Group>
          </Radio.Group>
          {form.reason === 'vendor_change' && (
            <NativeSelect
              label="Integration that ends"
              maw={320}
              value={form.integration}
              error={problem?.of('/integration')}
              onChange={(event) => change({ integration: event.currentTarget.value as IntegrationName })}
              data={integrationNames.map((value) => ({ value, label: vendorTitle(value) }))}
            />
          )}
          {form.reason === 'subscription_canceled' && (
            <Checkbox.Group
              label="Only these integrations (all of the dealer’s integrations when none is checked)"
              value={form.only}
              onChange={(only) => change({ only: only as IntegrationName[] })}
            >
              <Group mt={4}>
                {integrationNames.map((value) => (
                  <Checkbox key={value} value={value} label={vendorTitle(value)} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
          <Checkbox
            label="DMS vendors, while the parent sales account is Active: wait and check daily (otherwise block)"
            checked={form.wait}
            onChange={(event) => change({ wait: event.currentTarget.checked })}
          />
          <ProblemAlert error={plan.error} except="/account" />
          <Group>
            <Button type="submit" variant={plan.data ? 'default' : 'filled'} loading={plan.isPending}>
              Show what would happen
            </Button>
          </Group>
        </Stack>
      </Paper>
      {plan.data && <PlannedSteps plan={plan.data} />}
      {plan.data && plan.data.integrations.length > 0 && (
        <Stack gap="sm">
          <ProblemAlert error={start.error} />
          <Group>
            <Button color="red" onClick={() => start.mutate()} loading={start.isPending}>
              Start the cancellation
            </Button>
          </Group>
        </Stack>
      )}
    </Stack>
  );
}

function reasonPart({ reason, integration, only }: typeof emptyForm) {
  if (reason === 'vendor_change') return { reason, integration };
  return { reason, ...(only.length > 0 && { integrations: only }) };
}

function send(
  body: { account: string; whenActive: 'block' | 'wait'; dryRun: boolean } & ReturnType<typeof reasonPart>,
  key: string,
) {
  return bodyOf(api.POST('/v1/cancellations', { params: { header: { 'idempotency-key': key } }, body: body as never }));
}

function PlannedSteps({ plan }: { plan: Plan }) {
  if (plan.integrations.length === 0)
    return <Alert color="yellow">Account {plan.account} has no integration that could be ended.</Alert>;
  return (
    <Stack gap="sm" component="section" aria-label="What would happen">
      {plan.integrations.map(({ integration, vendorName, outcome, steps }) => (
        <Paper key={integration} withBorder p="md">
          <Title order={2} size="h4">
            {vendorName}
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            {outcome}
          </Text>
          <List type="ordered" spacing={4}>
            {steps.map(({ step, title, by }) => (
              <List.Item key={step}>
                {title}{' '}
                <Badge variant="light" color={by === 'a person' ? 'yellow' : 'gray'}>
                  {by}
                </Badge>
              </List.Item>
            ))}
          </List>
        </Paper>
      ))}
    </Stack>
  );
}
