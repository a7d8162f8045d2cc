import { Button, Group, List, NativeSelect, Paper, Text } from '@mantine/core';
import { useState } from 'react';

interface FaultChoice<Fault> {
  /** What happens, for people. */
  words: string;
  fault: Fault;
}

interface Props<Fault> {
  label: string;
  choices: readonly FaultChoice<Fault>[];
  queue: readonly Fault[];
  onChange: (queue: Fault[]) => void;
}

/** Faults that happen in this order, each once. */
export function FaultQueue<Fault>({ label, choices, queue, onChange }: Props<Fault>) {
  const [chosen, setChosen] = useState(0);
  const wordsOf = (fault: Fault) =>
    choices.find((choice) => JSON.stringify(choice.fault) === JSON.stringify(fault))?.words ?? JSON.stringify(fault);
  return (
    <Paper withBorder p="sm">
      <Group align="end" gap="sm">
        <NativeSelect
          style={{ flex: '1 1 18rem' }}
          label={label}
          data={choices.map(({ words }, index) => ({ value: String(index), label: words }))}
          value={String(chosen)}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
        <Button variant="default" onClick={() => onChange([...queue, choices[chosen]!.fault])}>
          Add
        </Button>
        <Button variant="default" disabled={queue.length === 0} onClick={() => onChange([])}>
          Clear
        </Button>
      </Group>
      {queue.length === 0 ? (
        <Text size="sm" c="dimmed" mt="xs">
          Works as usual.
        </Text>
      ) : (
        <List type="ordered" size="sm" mt="xs">
          {queue.map((fault, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same fault may come several times
            <List.Item key={index}>{wordsOf(fault)}</List.Item>
          ))}
        </List>
      )}
    </Paper>
  );
}
