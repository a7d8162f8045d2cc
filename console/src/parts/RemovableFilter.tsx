import { Pill } from '@mantine/core';

/** A filter that the page's address has and no field shows. */
export function RemovableFilter({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <Pill
      size="md"
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{ 'aria-label': `Remove: ${label}` }}
      mb={6}
    >
      {label}
    </Pill>
  );
}
