import { Alert, Text } from '@mantine/core';

/** Says that nothing continues by itself, whatever the steps say; or that this is not known. */
export function Stopped({ reason }: { reason?: string | null }) {
  if (reason === null) return <StoppedUnknown />;
  if (!reason) return null;
  return (
    <Alert color="red" title="Stopped: needs an engineer" mb="sm">
      {reason}
    </Alert>
  );
}

/** Where it is not known whether workflows can continue. */
export function StoppedUnknown() {
  return <Text c="dimmed">Whether a workflow is stopped is not known now: Temporal does not answer.</Text>;
}
