import { cleanIdentifier } from '../../shared/identifiers.ts';
import { cut } from '../../shared/shortLine.ts';
import type { FeedField } from './profiles.ts';
import { RejectedRow, type RowFields } from './rowFields.ts';

const longestIdentifier = 64;
const longestVin = 40;
const absentIdentifiers = new Set(['UNKNOWN', 'TBD', 'NOVIN', 'NONUMBER', 'NA', 'NONE', 'UNK']);

/**
 * A number of a deal, work order or customer. What a spreadsheet has made a number of, such as `5.55E+11`, stands for several: it is
 * rejected, since they would become one.
 */
export function identifierOf(row: RowFields, field: FeedField): string | undefined {
  const value = row.value(field);
  if (/^[A-Z]{0,4}[1-9]\d{0,13}$/.test(value)) return value;
  const text = plain(value);
  if (!text) return undefined;
  if (/^(?:\d+(?:[.,]\d*)?e[+-]?\d+|#[A-Z/0?!]+|#+)$/i.test(text) && !/^\d{2,}e\d+$/i.test(text))
    throw new RejectedRow('bad_identifier', row.column(field), 'was damaged by a spreadsheet: enter it digit by digit');
  if (text.length > longestIdentifier)
    throw new RejectedRow('bad_identifier', row.column(field), `is longer than ${longestIdentifier} characters`);
  return text;
}

export function stockNumberOf(row: RowFields): string | undefined {
  const value = row.value('stockNumber');
  if (/^[A-Z0-9-]{1,40}$/.test(value) && !/^[0N]/.test(value)) return value;
  const text = plain(value)?.toUpperCase();
  return text && cut(text, longestIdentifier);
}

/** A VIN, hull or serial number in capitals without marks. Its check digit may be wrong: it is what the DMS knows the unit by. */
export function vinOf(row: RowFields): string | undefined {
  const value = row.value('vin');
  if (value === '') return undefined;
  const vin = /^[A-Z0-9]+$/.test(value) ? value : value.toUpperCase().replace(/[^A-Z0-9]+/g, '');
  if (vin.length > longestVin)
    throw new RejectedRow('bad_vin', row.column('vin'), `has more than ${longestVin} letters and digits`);
  return isNothing(vin) ? undefined : vin;
}

/** All of one character, or a word for it. */
function isNothing(text: string): boolean {
  return text === '' || absentIdentifiers.has(text) || (text.length > 1 && /^(.)\1*$/.test(text)) || text === '0';
}

function plain(value: string): string | undefined {
  if (value === '') return undefined;
  const text = cleanIdentifier(value.length > 1000 ? value.slice(0, 1000) : value)
    .replace(/\s+/g, ' ')
    .replace(/^(\d+)\.0+$/, '$1');
  const isAbsent =
    text === '' || absentIdentifiers.has(text.toUpperCase()) || /^0+$/.test(text) || !/[\p{L}\p{N}]/u.test(text);
  return isAbsent ? undefined : text;
}
