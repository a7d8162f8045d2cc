import { Button, Group, Modal, Stack, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../app/api.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { FaultList } from './FaultList.tsx';
import { Inbox } from './Inbox.tsx';
import { Systems } from './Systems.tsx';
import type { sandboxViews } from './search.ts';
import { useSandbox, useSandboxChange } from './useSandbox.ts';

type View = (typeof sandboxViews)[number];

/** The stand-ins for the external systems: the email that arrived, what they know, and what goes wrong in them. */
export function SandboxPage() {
  const { view = 'inbox' } = useSearch({ from: '/sandbox' });
  const navigate = useNavigate({ from: '/sandbox' });
  const { data: sandbox, error } = useSandbox();
  return (
    <Stack>
      <Group justify="space-between" align="start">
        <PageTitle>Sandbox</PageTitle>
        <Reset />
      </Group>
      <Text maw="46rem">
        On this machine, simulated systems replace CST, Salesforce, VinSolutions, Fortellis, the mail server and
        ProResponse’s SFTP server. Nothing here reaches a vendor. The feeds of D-2101 and D-2102 are daily; in their
        place the sandbox delivers a file every minute and starts the daily run at once.
      </Text>
      <ProblemAlert error={error} />
      <Tabs
        value={view}
        onChange={(next) => navigate({ search: next === 'inbox' ? {} : { view: next as View }, resetScroll: false })}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="inbox">Inbox</Tabs.Tab>
          <Tabs.Tab value="systems">External systems</Tabs.Tab>
          <Tabs.Tab value="faults">Faults</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="inbox">{view === 'inbox' && <Inbox />}</Tabs.Panel>
        <Tabs.Panel value="systems">{view === 'systems' && sandbox && <Systems sandbox={sandbox} />}</Tabs.Panel>
        <Tabs.Panel value="faults">{view === 'faults' && sandbox && <FaultList sandbox={sandbox} />}</Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Reset() {
  const [asking, question] = useDisclosure(false);
  const queries = useQueryClient();
  const reset = useSandboxChange(() => api.POST('/v1/sandbox/reset'));
  const confirm = () =>
    reset.mutate(undefined, {
      onSuccess: () => {
        question.close();
        void queries.invalidateQueries({ queryKey: ['sandbox', 'mail'] });
      },
    });
  return (
    <>
      <Button variant="default" size="xs" onClick={question.open}>
        Reset …
      </Button>
      <Modal opened={asking} onClose={question.close} title="Reset the external systems?" centered>
        <Stack>
          <Text size="sm">
            Statuses, subscriptions and DMS providers return to what they were at the first start, all faults end, and
            the inbox is emptied. Your cancellations and tasks stay.
          </Text>
          <ProblemAlert error={reset.error} />
          <Group>
            <Button color="red" onClick={confirm} loading={reset.isPending}>
              Reset
            </Button>
            <Button variant="default" onClick={question.close}>
              Back
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
