import { Button, Stack } from '@mantine/core';
import { Empty } from './Empty.tsx';

/** Says that nothing matches the filters, and offers to clear them. @param what such as `feeds` */
export function NoMatch({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <Empty>
      <Stack align="center">
        No {what} match these filters.
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      </Stack>
    </Empty>
  );
}
