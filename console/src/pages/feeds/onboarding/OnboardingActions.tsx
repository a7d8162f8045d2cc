import { NativeSelect, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { PermissionOutcome } from '../../../../../domain/feeds/onboarding.ts';
import { localDate } from '../../../../../domain/shared/businessDays.ts';
import { openStepStates } from '../../../../../domain/shared/checklist.ts';
import { api } from '../../../app/api.ts';
import { ActionButton } from '../../../parts/ActionButton.tsx';
import { NoteField } from '../../../parts/NoteField.tsx';
import { FormDialog } from '../FormDialog.tsx';
import { missingFor } from '../missingFor.ts';
import { type Onboarding, useOnboardingChange } from './useOnboarding.ts';

/** What a person can say to an onboarding; what is not possible now says why. */
export function OnboardingActions({ onboarding }: { onboarding: Onboarding }) {
  const { id, steps } = onboarding;
  const [dialog, setDialog] = useState<'permission' | 'withdraw'>();
  const close = () => setDialog(undefined);
  const report = useOnboardingChange(id, () =>
    api.POST('/v1/feeds/onboardings/{id}/first-file', { params: { path: { id } }, body: {} }),
  );
  const isAskedWhere = steps.some(({ step, state }) => step === 'first-file' && openStepStates.includes(state));
  const noLook =
    missingFor(onboarding, 'report_file') ??
    (isAskedWhere ? 'Finish its task first: it asks where the files arrive.' : undefined);
  const lookNow = () =>
    report.mutate(undefined, {
      onSuccess: () => notifications.show({ message: 'The folder is looked at now.', color: 'green' }),
      onError: ({ message }) => notifications.show({ message, color: 'red', title: 'That was not possible' }),
    });
  return (
    <>
      <ActionButton
        size="xs"
        missing={missingFor(onboarding, 'record_permission')}
        onClick={() => setDialog('permission')}
      >
        Record the permission …
      </ActionButton>
      <ActionButton size="xs" variant="default" missing={noLook} onClick={lookNow} loading={report.isPending}>
        A file is there
      </ActionButton>
      <ActionButton
        size="xs"
        variant="default"
        missing={missingFor(onboarding, 'withdraw')}
        onClick={() => setDialog('withdraw')}
      >
        Withdraw …
      </ActionButton>
      {dialog === 'permission' && <Permission onboarding={onboarding} onDone={close} />}
      {dialog === 'withdraw' && <Withdraw onboarding={onboarding} onDone={close} />}
    </>
  );
}

interface DialogProps {
  onboarding: Onboarding;
  onDone: () => void;
}

const outcomes: { value: PermissionOutcome; label: string }[] = [
  { value: 'granted', label: 'The dealer gives its permission' },
  { value: 'refused', label: 'The dealer refuses' },
  { value: 'withdrawn', label: 'The dealer takes its permission back' },
];
const after: Readonly<Record<PermissionOutcome, string>> = {
  granted: 'The first file is waited for then.',
  refused: 'The onboarding ends.',
  withdrawn: 'The onboarding ends, and ProResponse is told to stop.',
};

function Permission({ onboarding: { id, timeZone }, onDone }: DialogProps) {
  const [outcome, setOutcome] = useState<PermissionOutcome>('granted');
  const [saidBy, setSaidBy] = useState('');
  const [on, setOn] = useState(() => localDate(new Date(), timeZone));
  const [note, setNote] = useState('');
  const path = { id };
  const record = useOnboardingChange(id, () => {
    const body = { outcome, saidBy, on, note: note.trim() === '' ? undefined : note };
    return api.POST('/v1/feeds/onboardings/{id}/permission', { params: { path }, body });
  });
  return (
    <FormDialog
      title="What the dealer says"
      submit="Record"
      onDone={onDone}
      onSubmit={() => record.mutate(undefined, { onSuccess: onDone })}
      isPending={record.isPending}
      isReady={saidBy.trim() !== '' && on !== ''}
      error={record.error}
      labels={{ '/outcome': 'Answer', '/saidBy': 'Who says so', '/on': 'When', '/note': 'Note' }}
    >
      <NativeSelect
        label="Answer"
        description={after[outcome]}
        data={outcomes}
        value={outcome}
        onChange={(event) => setOutcome(event.currentTarget.value as PermissionOutcome)}
      />
      <TextInput
        label="Who says so"
        description="At the dealership or at ProResponse"
        maxLength={200}
        value={saidBy}
        onChange={(event) => setSaidBy(event.currentTarget.value)}
      />
      <TextInput
        label="When"
        description={`A date of the dealer (${timeZone}), today or earlier`}
        type="date"
        value={on}
        onChange={(event) => setOn(event.currentTarget.value)}
      />
      <NoteField label="Note" value={note} onType={setNote} />
    </FormDialog>
  );
}

function Withdraw({ onboarding: { id, askedAt }, onDone }: DialogProps) {
  const [reason, setReason] = useState('');
  const withdraw = useOnboardingChange(id, () =>
    api.POST('/v1/feeds/onboardings/{id}/withdraw', { params: { path: { id } }, body: { reason } }),
  );
  return (
    <FormDialog
      title="Withdraw the onboarding"
      submit="Withdraw"
      color="red"
      onDone={onDone}
      onSubmit={() => withdraw.mutate(undefined, { onSuccess: onDone })}
      isPending={withdraw.isPending}
      isReady={reason.trim() !== ''}
      error={withdraw.error}
      labels={{ '/reason': 'Reason' }}
    >
      <Text size="sm">
        Nobody wants these feeds any more: what was created ends
        {askedAt ? ', and ProResponse is told to stop.' : '. ProResponse was not asked yet.'}
      </Text>
      <NoteField label="Reason" description="It is in the audit trail." value={reason} onType={setReason} />
    </FormDialog>
  );
}
