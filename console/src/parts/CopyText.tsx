import { Box, Button, Code, Group, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';

/** A text to type into a vendor's page, ready to copy. */
export function CopyText({ label, value }: { label: string; value: string }) {
  const { copied, copy, error, reset } = useClipboard({ timeout: 2000 });
  return (
    <Box>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group align="start" gap="xs" wrap="nowrap">
        <Code block style={{ flex: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {value}
        </Code>
        <Button
          size="xs"
          w={84}
          variant={copied ? 'filled' : 'default'}
          color="green"
          onClick={() => {
            reset();
            copy(value);
          }}
          aria-label={`Copy ${label}`}
        >
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      </Group>
      {error && (
        <Text size="sm" c="red" role="alert">
          The browser does not let this page copy: select the text and copy it.
        </Text>
      )}
    </Box>
  );
}
