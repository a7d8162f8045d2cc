import { Badge, VisuallyHidden } from '@mantine/core';
import { useIsLost } from './live.ts';
import classes from './shell.module.css';

const explanation =
  'The connection for live updates is interrupted. Until it is back, this page looks for changes every 10 seconds.';

/** Says when the page does not hear of changes at once. */
export function LiveSign() {
  const isLost = useIsLost();
  return (
    <div role="status">
      {isLost && (
        <Badge variant="outline" color="gray" title={explanation} className={classes.sign}>
          Updates delayed<VisuallyHidden>. {explanation}</VisuallyHidden>
        </Badge>
      )}
    </div>
  );
}
