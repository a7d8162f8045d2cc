import { parse } from 'csv-parse/sync';

/** Cells of CSV, one line at a time, so that a quote that is not closed spoils one line only. */

export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** `="00123"`, as exports write a number that a spreadsheet is to leave alone: it is no CSV, unlike `"=""00123"""`. */
const textFormulas = new Map(
  delimiters.map((one) => [one, new RegExp(`(^|[${one}])="([^"]*)"(?=[${one}]|$)`, 'g')] as const),
);

/** @throws Error that says what is wrong with the quotes; the message follows the line's number */
export function cellsOf(line: string, delimiter: Delimiter): string[] {
  const text = line.replace(/^\uFEFF/, '');
  if (!text.includes('"')) return text.split(delimiter);
  try {
    return parsed(text, delimiter);
  } catch (error) {
    const plain = text.replace(textFormulas.get(delimiter)!, '$1"$2"');
    if (plain === text) throw quoteProblem(error);
    try {
      return parsed(plain, delimiter);
    } catch (second) {
      throw quoteProblem(second);
    }
  }
}

function parsed(text: string, delimiter: Delimiter): string[] {
  const [cells] = parse(text, { delimiter, relax_column_count: true });
  return cells ?? [];
}

function quoteProblem(error: unknown): Error {
  return new Error(
    (error as { code?: string }).code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'has a quote that is not closed (a field cannot hold a line break)'
      : 'has a quote in the middle of a field: put the whole field in quotes, and double the quote inside',
  );
}

/**
 * One line of CSV with these fields, all quoted. A field that a spreadsheet would run as a formula gets an apostrophe
 * before it, which makes it a text there; `withoutTextMark` takes it off again. A number stays one.
 */
export function csvLine(fields: (string | number)[]): string {
  const quoted = fields.map((field) => {
    const text = String(field);
    return `"${(typeof field === 'string' && /^'*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  });
  return `${quoted.join(',')}\r\n`;
}

/** A cell as it was before `csvLine`, or a spreadsheet, marked it as a text. */
export function withoutTextMark(cell: string): string {
  return /^'+[=+\-@\t\r\n]/.test(cell) ? cell.slice(1) : cell;
}
