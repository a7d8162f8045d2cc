import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, api, bodyOf } from '../../../app/api.ts';
import type { RejectedRow } from '../words.ts';

/** What a person types in the cells of a row, until it is saved. */
export function useCorrection({ id, importId, version, cells }: RejectedRow) {
  const queries = useQueryClient();
  // With the version of the row as it was when the person began: a correction by somebody else meanwhile is not overwritten.
  const [typed, setTyped] = useState<{ version?: number; cells: Record<string, string> }>();
  const save = useMutation({
    mutationFn: () =>
      bodyOf(
        api.PUT('/v1/feeds/rejected-rows/{id}/correction', {
          params: { path: { id } },
          body: { version: typed?.version ?? version, cells: corrected() },
        }),
      ),
    onSuccess: () => setTyped(undefined),
    onError: (error) => {
      // The person now sees the row as it is, with what they have typed: what they save next is of that.
      const isChanged = error instanceof ApiProblem && error.problem.status === 409;
      if (isChanged) setTyped((before) => before && { cells: before.cells });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['rejected rows', importId] }),
  });

  const shownIn = (cell: NonNullable<RejectedRow['cells']>[number]) =>
    typed?.cells[cell.column] ?? cell.correction ?? cell.value;
  /** All cells that differ from the file's: a correction replaces the one before. */
  function corrected(): Record<string, string> {
    const changed = (cells ?? []).filter((cell) => shownIn(cell) !== cell.value);
    return Object.fromEntries(changed.map((cell) => [cell.column, shownIn(cell)]));
  }

  const problems = save.error instanceof ApiProblem ? (save.error.problem.errors ?? []) : [];
  const paths = (cells ?? []).map(({ column }) => pathOf(column));
  return {
    shownIn,
    type: (column: string, value: string) =>
      setTyped((before) => ({ version: before?.version ?? version, cells: { ...before?.cells, [column]: value } })),
    isTyped: typed !== undefined,
    save: save.mutate,
    isSaving: save.isPending,
    error: save.error,
    /** Whether all that is wrong stands at the cells. */
    isAtCells: problems.length > 0 && problems.every(({ path }) => paths.includes(path)),
    /** What the last try says of a cell. */
    problemOf: (column: string) => problems.find(({ path }) => path === pathOf(column))?.message,
  };
}

/** Of a cell in the API's problems: a JSON Pointer (RFC 6901). */
function pathOf(column: string): string {
  return `/cells/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
