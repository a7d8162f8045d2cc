import { Button, Checkbox, Group, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf, type Cancellation } from '../../app/api.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';

/** Withdraws a cancellation, for all or some integrations, and says first what that means. */
export function Withdraw({ cancellation }: { cancellation: Cancellation }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const queries = useQueryClient();
  const withdrawable = cancellation.integrations.filter(({ state }) => state !== 'withdrawn' && state !== 'blocked');
  const withdraw = useMutation({
    mutationFn: () =>
      bodyOf(
        api.POST('/v1/cancellations/{id}/withdraw', {
          params: { path: { id: cancellation.id } },
          body: {
            reason,
            ...(chosen.length > 0 && chosen.length < withdrawable.length && { integrations: chosen as never }),
          },
        }),
      ),
    onSuccess: () => {
      setOpen(false);
      notifications.show({
        message: 'The withdrawal was accepted. This page shows what is stopped, and who must reinstate what was ended.',
        color: 'green',
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['cancellation', cancellation.id] }),
  });
  if (withdrawable.length === 0) return null;
  if (!open) {
    return (
      <Group>
        <Button variant="subtle" color="red" onClick={() => setOpen(true)}>
          Withdraw …
        </Button>
      </Group>
    );
  }
  return (
    <Paper withBorder p="md" component="section" aria-label="Withdraw">
      <Title order={2} size="h4" mb="xs">
        Withdraw
      </Title>
      <Stack gap="sm">
        <Text size="sm">
          Steps that have not started are skipped, open tasks are closed, and each integration that was already ended
          gets a task to reinstate it.
        </Text>
        {withdrawable.length > 1 && (
          <Checkbox.Group label="Only these (all when none is checked)" value={chosen} onChange={setChosen}>
            <Stack gap={6} mt={4}>
              {withdrawable.map(({ integration, vendorName }) => (
                <Checkbox key={integration} value={integration} label={vendorName} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Textarea
          label="Reason"
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <ProblemAlert error={withdraw.error} />
        <Group>
          <Button color="red" disabled={!reason.trim()} onClick={() => withdraw.mutate()} loading={withdraw.isPending}>
            Withdraw
          </Button>
          <Button variant="default" onClick={() => setOpen(false)}>
            Back
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
