import { Alert, Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';

/** Shown in place of the whole console, when even its frame cannot be shown. */
export function ConsoleError({ error }: ErrorComponentProps) {
  return (
    <Alert m="md" color="red" role="alert" title="The console has failed">
      <p>
        {String(error)}. Nothing that you have sent is lost. If it fails again after a reload, tell an engineer what is
        written here.
      </p>
      <Button onClick={() => location.reload()}>Reload the console</Button>
    </Alert>
  );
}
