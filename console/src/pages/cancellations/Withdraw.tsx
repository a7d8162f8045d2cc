import { Button, Checkbox, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf, type Cancellation, type Integration } from '../../app/api.ts';
import { dealerTitle } from '../../parts/dealerTitle.ts';
import { NoteField } from '../../parts/NoteField.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { useNames } from '../../parts/usePeople.ts';
import { withdrawalWords } from './withdrawalWords.ts';

/** Withdraws a cancellation, for all or some integrations, and says first what that means for each. */
export function Withdraw({ cancellation }: { cancellation: Cancellation }) {
  const [opened, { open, close }] = useDisclosure(false);
  const withdrawable = cancellation.integrations.filter(({ ifWithdrawn }) => ifWithdrawn !== null);
  if (withdrawable.length === 0 && !opened) return null;
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        Withdraw …
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`Withdraw the cancellation of ${dealerTitle(cancellation)}`}
        size="lg"
      >
        <WithdrawForm cancellation={cancellation} withdrawable={withdrawable} onDone={close} />
      </Modal>
    </>
  );
}

interface Form {
  cancellation: Cancellation;
  withdrawable: Integration[];
  onDone: () => void;
}

function WithdrawForm({ cancellation: { id, tasks }, withdrawable, onDone }: Form) {
  const [reason, setReason] = useState('');
  const nameOf = useNames();
  const holderOf =
    ({ steps }: Integration) =>
    (name: string) => {
      const taskId = steps.find(({ step }) => step === name)?.taskId;
      const { assignee } = tasks.find(({ id: its }) => its === taskId) ?? {};
      return assignee ? nameOf(assignee) : undefined;
    };
  const [kept, setKept] = useState<string[]>([]);
  const queries = useQueryClient();
  const chosen = withdrawable.filter(({ integration }) => !kept.includes(integration));
  const integrations = kept.length > 0 ? chosen.map(({ integration }) => integration) : undefined;
  const withdraw = useMutation({
    mutationFn: () =>
      bodyOf(api.POST('/v1/cancellations/{id}/withdraw', { params: { path: { id } }, body: { reason, integrations } })),
    onSuccess: () => {
      onDone();
      notifications.show({
        message: 'The withdrawal was accepted. This page shows what is stopped, and who must reinstate what was ended.',
        color: 'green',
      });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['cancellation', id] }),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">The customer stays. What happens to each integration:</Text>
      <List size="sm" spacing={4}>
        {chosen.map((one) => (
          <List.Item key={one.integration}>
            <Text span inherit fw={600}>
              {one.vendorName}
            </Text>
            : {one.ifWithdrawn && withdrawalWords(one.ifWithdrawn, holderOf(one))}
          </List.Item>
        ))}
      </List>
      {withdrawable.length > 1 && (
        <Checkbox.Group
          label="Withdraw"
          description="What is not checked stays as it is."
          value={chosen.map(({ integration }) => integration)}
          onChange={(checked) =>
            setKept(withdrawable.map(({ integration }) => integration).filter((name) => !checked.includes(name)))
          }
        >
          <Stack gap={6} mt={4}>
            {withdrawable.map(({ integration, vendorName }) => (
              <Checkbox key={integration} value={integration} label={vendorName} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <NoteField
        label="Reason"
        description="It is in the audit record, and in the tasks to reinstate."
        value={reason}
        onType={setReason}
      />
      <ProblemAlert error={withdraw.error} labels={{ '/reason': 'Reason' }} />
      <Group>
        <Button
          color="red"
          disabled={!reason.trim() || chosen.length === 0}
          onClick={() => withdraw.mutate()}
          loading={withdraw.isPending}
        >
          Withdraw
        </Button>
        <Button variant="default" onClick={onDone}>
          Back
        </Button>
      </Group>
    </Stack>
  );
}
