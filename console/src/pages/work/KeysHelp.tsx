import { Kbd, Modal, Table } from '@mantine/core';

const keys = [
  ['j', 'Next task of the list'],
  ['k', 'Task before'],
  ['Enter', 'Open the task'],
  ['a', 'Claim the open task'],
  ['c', 'Copy its next text'],
  ['e', 'Escalate it'],
  ['x', 'Select the task of the list, or not'],
  ['?', 'Show these keys'],
] as const;

/** What the keys of the work page do. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" centered>
      <Table>
        <Table.Tbody>
          {keys.map(([key, does]) => (
            <Table.Tr key={key}>
              <Table.Td w={80}>
                <Kbd>{key}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
