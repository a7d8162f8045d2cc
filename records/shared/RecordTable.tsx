import type { ReactNode } from 'react';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** A time, which is never broken into lines on paper. */
  isTime?: boolean;
}

/** A table that prints, and on a phone shows each row as a list of its columns. */
export function RecordTable<Row>({ columns, rows, none }: { columns: Column<Row>[]; rows: Row[]; none: string }) {
  if (rows.length === 0) return <p>{none}</p>;
  return (
    <table>
      <thead>
        <tr>
          {columns.map(({ title }) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a record has its rows in a fixed order
          <tr key={index}>
            {columns.map((column) => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column: { title, cell, isTime }, row }: { column: Column<Row>; row: Row }) {
  const content = cell(row);
  const isEmpty = content === null || content === undefined || content === '';
  return (
    <td className={isTime ? 'time' : undefined}>
      {!isEmpty && (
        <>
          <span className="label">{title}: </span>
          {content}
        </>
      )}
    </td>
  );
}
