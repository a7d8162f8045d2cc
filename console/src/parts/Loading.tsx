import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';

/** In place of what is still being loaded. @param what such as `the task` */
export function Loading({ what = 'the page' }: { what?: string }) {
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>Loading {what} …</VisuallyHidden>
      {['45%', '100%', '100%', '70%'].map((width, index) => (
        <Skeleton key={width + String(index)} height={index === 0 ? 26 : 18} width={width} aria-hidden />
      ))}
    </Stack>
  );
}
