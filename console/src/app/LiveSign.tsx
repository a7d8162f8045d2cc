import { Badge, Tooltip } from '@mantine/core';
import { useIsLost } from './live.ts';

/** Says when the page does not hear of changes at once. */
export function LiveSign() {
  const isLost = useIsLost();
  return (
    <div role="status">
      {isLost && (
        <Tooltip
          label="The connection for live updates is interrupted. Until it is back, this page looks for changes every 10 seconds."
          multiline
          w={260}
          events={{ hover: true, focus: true, touch: true }}
        >
          <Badge variant="outline" color="gray" tabIndex={0}>
            Updates delayed
          </Badge>
        </Tooltip>
      )}
    </div>
  );
}
