/** CSV (RFC 4180) that spreadsheets may open. */

/** What a spreadsheet takes for the beginning of a formula. */
const formula = /^[=+\-@\t\r]/;
const quoted = /[",\r\n]/;
const plainNumber = /^-?\d+(\.\d+)?$/;

/** One line with its end. Numbers stay numbers; a text that would be a formula gets an apostrophe in front. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
  const text = String(value ?? '');
  const safe = formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;
  return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
