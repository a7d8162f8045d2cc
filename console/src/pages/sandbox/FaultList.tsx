import { Button, Group, MultiSelect, NumberInput, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { noFaults } from '../../../../domain/shared/sandboxFaults.ts';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import { FaultQueue } from './FaultQueue.tsx';
import { httpFaults, isFaulty, mailFaults, sftpFaults } from './faults.ts';
import { type Faults, type Sandbox, useFaults } from './useSandbox.ts';

type CstChange = Partial<Faults['cst']>;

/** Faults of the external systems, to see how Dealerops handles them. */
export function FaultList({ sandbox }: { sandbox: Sandbox }) {
  const { faults } = sandbox;
  const change = useFaults();
  return (
    <Stack gap="xl">
      <Group justify="space-between" align="center">
        <Text>{isFaulty(faults) ? 'Some systems are set to fail.' : 'All systems work.'}</Text>
        <Button
          variant="default"
          disabled={!isFaulty(faults)}
          onClick={() => change.mutate(noFaults())}
          loading={change.isPending}
        >
          End all faults
        </Button>
      </Group>
      <ProblemAlert error={change.error} />
      <CstFaults faults={faults.cst} sandbox={sandbox} onChange={(cst) => change.mutate({ cst })} />
      <Section title="Mail server">
        <FaultQueue
          label="What happens to the next email"
          choices={mailFaults}
          queue={faults.smtp.next}
          onChange={(next) => change.mutate({ smtp: { next } })}
        />
      </Section>
      <Section title="VinSolutions event service">
        <FaultQueue
          label="What happens to the next call"
          choices={httpFaults}
          queue={faults.vinSolutions.next}
          onChange={(next) => change.mutate({ vinSolutions: { next } })}
        />
      </Section>
      <Section title="Fortellis">
        <FaultQueue
          label="What happens to the next call"
          choices={httpFaults}
          queue={faults.fortellis.next}
          onChange={(next) => change.mutate({ fortellis: { next } })}
        />
      </Section>
      <SftpFaults faults={faults.sftp} onChange={(sftp) => change.mutate({ sftp })} />
    </Stack>
  );
}

function CstFaults({
  faults,
  sandbox,
  onChange,
}: {
  faults: Faults['cst'];
  sandbox: Sandbox;
  onChange: (change: CstChange) => void;
}) {
  const names = new Map(sandbox.accounts.map(({ id, name }) => [id, name]));
  const dealers = sandbox.eventSubscriptions.map(({ dealerId, account }) => ({
    value: String(dealerId),
    label: `${(account && names.get(account)) ?? 'no dealer'} (${dealerId})`,
  }));
  return (
    <Section title="CST">
      <Fault
        label="Answers with an error"
        note="The next calls get an error (HTTP 500). Dealerops retries. After the first failed call, such as when you open a dealer, the overview shows that CST fails, since when, and what waits for it."
        on={faults.errors > 0}
        onSwitch={(on) => onChange({ errors: on ? 10 : 0 })}
      >
        <Count label="Calls that fail" value={faults.errors} onChange={(errors) => onChange({ errors })} />
      </Fault>
      <Fault
        label="Answers with a web page instead of data"
        note="As a proxy or a maintenance page would. Dealerops does not take such a page for an answer: it retries."
        on={faults.invalidResponse > 0}
        onSwitch={(on) => onChange({ invalidResponse: on ? 10 : 0 })}
      >
        <Count
          label="Calls that get the page"
          value={faults.invalidResponse}
          onChange={(invalidResponse) => onChange({ invalidResponse })}
        />
      </Fault>
      <SlowFault
        label="Is slow"
        note="Each call takes as long as you set, until you turn this off. Dealerops cancels a call after 10 seconds and retries."
        unit="Seconds per call"
        longest={60}
        ms={faults.slowMs}
        onMs={5_000}
        onChange={(slowMs) => onChange({ slowMs })}
      />
      <Fault
        label="Rejects every change"
        note="Reading works, every change gets HTTP 403, as when the token has lost its permission to write. The step becomes a person’s task."
        on={faults.readOnly}
        onSwitch={(readOnly) => onChange({ readOnly })}
      />
      <Fault
        label="Reports a DMS provider as removed, but keeps it"
        note="Dealerops checks each removal, and opens a task to remove the provider manually."
        on={faults.keepsDmsProvider}
        onSwitch={(keepsDmsProvider) => onChange({ keepsDmsProvider })}
      />
      <SlowFault
        label="Takes long to run a manual process"
        note="A run usually takes 0.3 seconds here. Other cancellations that need a run wait until it has ended."
        unit="Seconds per run"
        longest={600}
        ms={faults.runMs}
        usualMs={noFaults().cst.runMs}
        onMs={60_000}
        onChange={(runMs) => onChange({ runMs })}
      />
      <Paper withBorder p="sm">
        <MultiSelect
          label="Cannot remove these dealers from the Vin Event Stream"
          description="The run fails for their Dealer IDs, and Dealerops opens a task for a person."
          placeholder={faults.failingDealerIds.length === 0 ? 'Choose dealers' : undefined}
          data={dealers}
          value={faults.failingDealerIds}
          onChange={(failingDealerIds) => onChange({ failingDealerIds })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Choose none' }}
        />
      </Paper>
    </Section>
  );
}

function SftpFaults({
  faults,
  onChange,
}: {
  faults: Faults['sftp'];
  onChange: (change: Partial<Faults['sftp']>) => void;
}) {
  return (
    <Section title="SFTP server">
      <FaultQueue
        label="What happens to the next file"
        choices={sftpFaults}
        queue={faults.next}
        onChange={(next) => onChange({ next })}
      />
      <Fault
        label="Rejects the password"
        note="As after a change of the password. Dealerops tries it once, and opens a task."
        on={faults.refusePassword}
        onSwitch={(refusePassword) => onChange({ refusePassword })}
      />
      <Fault
        label="Shows another host key"
        note="As after a change of the key, or when somebody else answers. Dealerops sends no password, and opens a task."
        on={faults.nextHostKey}
        onSwitch={(nextHostKey) => onChange({ nextHostKey })}
      />
      <Fault
        label="Does not let files be deleted or moved"
        note="A file that was imported stays there. Dealerops does not import it again."
        on={faults.refuseRemoval}
        onSwitch={(refuseRemoval) => onChange({ refuseRemoval })}
      />
      <SlowFault
        label="Lists slowly"
        note="Each part of a folder’s list takes as long as you set."
        unit="Seconds"
        longest={60}
        ms={faults.slowListingMs}
        onMs={5_000}
        onChange={(slowListingMs) => onChange({ slowListingMs })}
      />
    </Section>
  );
}

interface FaultProps {
  label: string;
  note: string;
  on: boolean;
  onSwitch: (on: boolean) => void;
  children?: ReactNode;
}

function Fault({ label, note, on, onSwitch, children }: FaultProps) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" align="start" gap="sm">
        <Switch
          style={{ flex: '1 1 18rem' }}
          label={label}
          description={note}
          checked={on}
          onChange={(event) => onSwitch(event.currentTarget.checked)}
        />
        {on && children}
      </Group>
    </Paper>
  );
}

interface SlowFaultProps {
  label: string;
  note: string;
  unit: string;
  /** Seconds */
  longest: number;
  ms: number;
  /** While the fault is off. */
  usualMs?: number;
  /** When it is switched on. */
  onMs: number;
  onChange: (ms: number) => void;
}

/** Something takes longer than usual. */
function SlowFault({ label, note, unit, longest, ms, usualMs = 0, onMs, onChange }: SlowFaultProps) {
  return (
    <Fault label={label} note={note} on={ms > usualMs} onSwitch={(on) => onChange(on ? onMs : usualMs)}>
      <Count label={unit} max={longest} value={ms / 1_000} onChange={(seconds) => onChange(seconds * 1_000)} />
    </Fault>
  );
}

function Count({
  label,
  value,
  max = 1_000_000,
  onChange,
}: {
  label: string;
  value: number;
  max?: number;
  onChange: (value: number) => void;
}) {
  return (
    <NumberInput
      w={150}
      size="xs"
      label={label}
      min={1}
      max={max}
      allowDecimal={false}
      clampBehavior="strict"
      value={value}
      onChange={(typed) => typeof typed === 'number' && typed >= 1 && onChange(typed)}
    />
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="xs" component="section" aria-label={title}>
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
