import type { RowRejection } from '../feeds.ts';
import type { FeedField } from './profiles.ts';
import { cellValue } from './values.ts';

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
      const cell = this.cells[place]?.trim();
      if (cell) return cell;
    }
    return '';
  }

  /** Of all of the field's columns that have one. */
  values(field: FeedField): { value: string; column: string }[] {
    const found: { value: string; column: string }[] = [];
    for (const place of this.#places[field] ?? []) {
      const value = cellValue(this.cells[place] ?? '');
      if (value !== '') found.push({ value, column: this.#columns[place]! });
    }
    return found;
  }

  /** The column, as the file has it, that `value` was taken from; the field's first when none has one. */
  column(field: FeedField): string | undefined {
    const places = this.#places[field] ?? [];
    const place = places.find((one) => cellValue(this.cells[one] ?? '') !== '') ?? places[0];
    return place === undefined ? undefined : this.#columns[place];
  }
}
