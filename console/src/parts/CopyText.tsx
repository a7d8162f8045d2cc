import { Box, Button, Code, CopyButton, Group, Text } from '@mantine/core';

/** A text to type into a vendor's page, ready to copy. */
export function CopyText({ label, value }: { label: string; value: string }) {
  return (
    <Box>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group align="start" gap="xs" wrap="nowrap">
        <Code block style={{ flex: 1, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {value}
        </Code>
        <CopyButton value={value} timeout={2000}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              w={84}
              variant={copied ? 'filled' : 'default'}
              color="green"
              onClick={copy}
              aria-label={`Copy ${label}`}
            >
              <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
            </Button>
          )}
        </CopyButton>
      </Group>
    </Box>
  );
}
