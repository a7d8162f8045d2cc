import { Alert } from '@mantine/core';

/** Says that nothing continues by itself, whatever the steps say. */
export function Stopped({ reason }: { reason?: string }) {
  if (!reason) return null;
  return (
    <Alert color="red" title="Stopped: needs an engineer" mb="sm">
      {reason}
    </Alert>
  );
}
