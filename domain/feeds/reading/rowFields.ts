import type { RowRejection } from '../feeds.ts';
import type { FeedField } from './profiles.ts';
import { cellValue, trimmed } from './values.ts';

/** Ends the reading of a row. */
export class RejectedRow extends Error {
  readonly rejection: RowRejection;

  /** @param sentence what follows the column's name */
  constructor(code: string, column: string | undefined, sentence: string) {
    super(code);
    this.rejection = { column, code, reason: `${column ?? 'The row'} ${sentence}.` };
  }
}

/** Where each field is in a row: its columns in the order in which they count. */
export type FieldPlaces = Readonly<Partial<Record<FeedField, readonly number[]>>>;

/** One row's cells by field. The same object reads one row after the other. */
export class RowFields {
  cells: readonly string[] = [];
  readonly #places: FieldPlaces;
  readonly #columns: readonly string[];

  constructor(places: FieldPlaces, columns: readonly string[]) {
    this.#places = places;
    this.#columns = columns;
  }

  /** Of the field's first column that has one; empty when none has. */
  value(field: FeedField): string {
    const places = this.#places[field];
    if (!places) return '';
    for (let n = 0; n < places.length; n++) {
      const cell = this.cells[places[n]!];
      if (!cell) continue;
      const value = cellValue(cell);
      if (value !== '') return value;
    }
    return '';
  }

  /** As `value`, for names: there are people whose name is Null, Na or None. */
  name(field: FeedField): string {
    for (const place of this.#places[field] ?? []) {
      const cell = this.cells[place];
      if (cell && trimmed(cell)) return trimmed(cell);
    }
    return '';
  }

  /** Of the field's columns the first one that can be read. */
  readable(field: FeedField, read: (value: string) => string | null | undefined): string | undefined {
    for (const place of this.#places[field] ?? []) {
      const cell = this.cells[place];
      const value = cell && cellValue(cell);
      const found = value && read(value);
      if (found) return found;
    }
  }

  /** Of the field's columns the first one whose value is wrong, for which `read` has null. */
  unreadable(field: FeedField, read: (value: string) => string | null | undefined): string | undefined {
    const place = this.#places[field]?.find((one) => read(cellValue(this.cells[one] ?? '')) === null);
    return place === undefined ? undefined : this.#columns[place];
  }

  /** The column, as the file has it, that `value` was taken from; the field's first when none has one. */
  column(field: FeedField): string | undefined {
    const places = this.#places[field] ?? [];
    const place = places.find((one) => cellValue(this.cells[one] ?? '') !== '') ?? places[0];
    return place === undefined ? undefined : this.#columns[place];
  }
}
