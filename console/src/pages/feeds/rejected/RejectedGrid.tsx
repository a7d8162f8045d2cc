import type { RejectedRow } from '../words.ts';
import { GridRow } from './GridRow.tsx';
import classes from './rejected.module.css';
import type { Importing } from './useImportRows.ts';

interface Props {
  rows: RejectedRow[];
  /** Why the person may correct none of them. */
  missing?: string;
  importing: Importing;
}

/** Rejected rows with all their cells, as the files have them. */
export function RejectedGrid({ rows, ...rest }: Props) {
  const columns = columnsOf(rows);
  return (
    <section className={classes.scroll} aria-label="Rejected rows">
      <table className={classes.grid}>
        <thead>
          <tr>
            <th scope="col">Row</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <GridRow key={row.id} row={row} columns={columns} {...rest} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Of all rows: those with a problem first, the others in the files' order. */
function columnsOf(rows: RejectedRow[]): string[] {
  const all = new Set(rows.flatMap(({ cells }) => cells?.map(({ column }) => column) ?? []));
  const wrong = rows.flatMap(({ column }) => (column !== null && all.has(column) ? [column] : []));
  return [...new Set([...wrong, ...all])];
}
