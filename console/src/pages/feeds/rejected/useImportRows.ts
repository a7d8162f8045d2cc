import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, bodyOf } from '../../../app/api.ts';
import { inWords, type RejectedRow } from '../words.ts';

/** An import of rows that has not ended when the API answered. */
export interface Running {
  /** Those that the page knows of: without a correction it cannot tell which can be read. */
  rows: string[];
  webUi?: string;
}

export type Importing = ReturnType<typeof useImportRows>;

/** Imports a rejected row, or all that can be read by now. @param rows those that are open; absent while they are not shown */
export function useImportRows(id: string, rows: RejectedRow[] | undefined) {
  const queries = useQueryClient();
  const [running, setRunning] = useState<Running>();
  // One key for one press: a broken connection starts none twice.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const send = useMutation({
    mutationFn: (row: string | undefined) =>
      bodyOf(
        api.POST('/v1/feeds/imports/{id}/rejected-rows/import', {
          params: { path: { id }, header: { 'idempotency-key': `${row ?? 'all'}/${key}` } },
          body: { ids: row === undefined ? undefined : [row] },
        }),
      ),
    onSuccess: ({ result, webUi }, row) => {
      setKey(crypto.randomUUID());
      if (result) notifications.show(resultWords(result));
      else setRunning({ rows: row === undefined ? corrected() : [row], webUi });
      return queries.invalidateQueries({ queryKey: ['rejected rows', id] });
    },
  });
  const corrected = () => (rows ?? []).filter(({ isCorrected }) => isCorrected).map((row) => row.id);
  const concerns = ({ id: row, state }: RejectedRow) => state === 'open' && running?.rows.includes(row) === true;
  const isOver = running !== undefined && running.rows.length > 0 && rows !== undefined && !rows.some(concerns);
  useEffect(() => {
    if (!isOver) return;
    setRunning(undefined);
    notifications.show({ color: 'green', message: 'The rows were imported.' });
  }, [isOver]);
  return {
    start: send.mutate,
    isPending: send.isPending,
    error: send.error,
    running,
    /** Whether a row is being imported. */
    concerns,
    forget: () => setRunning(undefined),
  };
}

function resultWords({ imported, stillRejected }: { imported: number; stillRejected: number }) {
  const rows = (count: number) => (count === 1 ? 'One row' : `${inWords(count)} rows`);
  const done = imported === 0 ? 'No row was imported.' : `${rows(imported)} imported.`;
  const left = stillRejected > 0 ? ` ${rows(stillRejected)} still cannot be read.` : '';
  return { color: imported > 0 ? 'green' : 'yellow', message: done + left };
}
