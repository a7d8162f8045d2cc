import { Alert, Button, Group, Text } from '@mantine/core';
import type { Running } from './useImportRows.ts';

/** Says that rows are being imported, and what becomes of them meanwhile. */
export function ImportRunning({ running, onClose }: { running?: Running; onClose: () => void }) {
  if (!running) return null;
  return (
    <Alert color="blue" title="The import is in progress" role="status">
      <Text size="sm">
        It waits for its turn where the feed is importing a file. Each row leaves this list when it is imported; until
        then it cannot be changed. You may leave the page.
      </Text>
      <Group gap="xs" mt="xs">
        {running.webUi && (
          <Button component="a" href={running.webUi} target="_blank" rel="noreferrer" variant="default" size="xs">
            Temporal Web UI
          </Button>
        )}
        <Button variant="default" size="xs" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Alert>
  );
}
