import { Group, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import { maySeeContacts } from '../../../app/places.ts';
import { useSession } from '../../../app/session.tsx';
import { ActionButton } from '../../../parts/ActionButton.tsx';
import { Link } from '../../../parts/Link.tsx';
import { ProblemAlert } from '../../../parts/ProblemAlert.tsx';
import { useNames } from '../../../parts/usePeople.ts';
import { When } from '../../../parts/When.tsx';
import type { RejectedRow } from '../words.ts';
import { GridCell } from './GridCell.tsx';
import classes from './rejected.module.css';
import { useCorrection } from './useCorrection.ts';
import type { Importing } from './useImportRows.ts';

interface Props {
  row: RejectedRow;
  columns: string[];
  missing?: string;
  importing: Importing;
}

/** One rejected row. What is typed in it is one form. */
export function GridRow({ row, columns, missing, importing }: Props) {
  const correction = useCorrection(row);
  const form = useId();
  const cells = new Map(row.cells?.map((cell) => [cell.column, cell]));
  const isBusy = correction.isSaving || importing.concerns(row);
  const isWrong = row.state === 'open' && !row.isCorrected;
  const isFixed = row.state === 'corrected' || missing !== undefined;
  return (
    <tr>
      <th scope="row" className={classes.row}>
        <Stack gap={4} align="start">
          <Text size="sm" fw={600}>
            Line {row.line}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {row.path?.split('/').at(-1)}
          </Text>
          {(row.column === null || !cells.has(row.column)) && (
            <Text size="sm" c="var(--mantine-color-red-text)">
              {row.column !== null && `${row.column}: `}
              {row.reason}
            </Text>
          )}
          <Standing row={row} isImporting={importing.concerns(row)} />
          {row.state === 'open' && row.cells && (
            <form
              id={form}
              onSubmit={(event) => {
                event.preventDefault();
                if (!isBusy && missing === undefined) correction.save();
              }}
            >
              <Buttons {...{ row, missing, importing, isBusy }} isTyped={correction.isTyped} />
            </form>
          )}
          {correction.isAtCells ? (
            <Text size="sm" c="var(--mantine-color-red-text)">
              Not saved
            </Text>
          ) : (
            <ProblemAlert error={correction.error} title="Not saved" />
          )}
        </Stack>
      </th>
      {columns.map((column) => {
        const cell = cells.get(column);
        return (
          <td key={column}>
            {cell && (
              <GridCell
                cell={cell}
                label={`${column}, line ${row.line}`}
                form={form}
                value={correction.shownIn(cell)}
                onType={(value) => correction.type(column, value)}
                isFixed={isFixed || isBusy}
                reason={correction.problemOf(column) ?? (row.column === column && isWrong ? row.reason : undefined)}
              />
            )}
          </td>
        );
      })}
    </tr>
  );
}

function Standing({ row, isImporting }: { row: RejectedRow; isImporting: boolean }) {
  const nameOf = useNames();
  const maySee = maySeeContacts(useSession());
  if (isImporting) return <Text size="xs">Being imported</Text>;
  if (!row.isCorrected && row.state === 'open') return null;
  return (
    <Text size="xs">
      {row.state === 'open' ? 'Corrected, not imported yet' : 'Imported'}
      {row.correctedBy && ` · ${nameOf(row.correctedBy)}`}
      {row.correctedAt && (
        <>
          {' · '}
          <When at={row.correctedAt} />
        </>
      )}
      {row.activityId && maySee && (
        <>
          {' · '}
          <Link to="/activities/$id" params={{ id: row.activityId }} inherit>
            its activity
          </Link>
        </>
      )}
    </Text>
  );
}

interface ButtonsProps extends Omit<Props, 'columns'> {
  isTyped: boolean;
  isBusy: boolean;
}

function Buttons({ row, missing, importing, isTyped, isBusy }: ButtonsProps) {
  // A row that as a whole could not be read may be right as it is shown.
  const isAsShown = row.column === null && !row.isCorrected;
  const notToSave = isTyped || isAsShown ? undefined : 'Change a cell first.';
  const notToImport = isTyped ? 'Save the row first.' : row.isCorrected ? undefined : 'Correct and save the row first.';
  const running = importing.running && 'Rows are being imported now.';
  return (
    <Group gap={4}>
      <ActionButton type="submit" size="compact-xs" missing={missing ?? notToSave} loading={isBusy}>
        Save
      </ActionButton>
      <ActionButton
        size="compact-xs"
        variant="default"
        missing={missing ?? notToImport ?? running}
        loading={importing.isPending}
        onClick={() => importing.start(row.id)}
      >
        Import
      </ActionButton>
    </Group>
  );
}
