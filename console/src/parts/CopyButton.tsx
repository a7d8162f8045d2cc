import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';

/** Copies a short text that stands beside it. */
export function CopyButton({ label, value }: { label: string; value: string }) {
  const { copied, copy, error } = useClipboard({ timeout: 2000 });
  return (
    <Button
      size="compact-xs"
      variant="default"
      miw={56}
      aria-label={`Copy ${label} ${value}`}
      onClick={() => copy(value)}
    >
      <span aria-live="polite">{error ? 'Failed' : copied ? 'Copied' : 'Copy'}</span>
    </Button>
  );
}
