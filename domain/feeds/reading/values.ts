/** Amounts and numbers as such files write them. No function here throws. */

/** A longer text is no amount, date or number, and takes long to be compared with their patterns. */
export const longestValue = 48;

/** What exports write for a value that is not there. */
const blanks = new Set(['', '-', '--', 'n/a', 'na', 'null', '(null)', 'none', 'nil']);

/** Without spaces around it; empty when it stands for nothing. */
export function cellValue(cell: string): string {
  const text = trimmed(cell);
  // Most values begin with none of the letters of those words.
  if (text.length > 6 || !/^[-(nN]/.test(text)) return text;
  return blanks.has(text.toLowerCase()) ? '' : text;
}

/** `trim`, which costs a call into V8's runtime, only where there may be something to trim. */
export function trimmed(text: string): string {
  const isPlain = isVisibleAscii(text.charCodeAt(0)) && isVisibleAscii(text.charCodeAt(text.length - 1));
  return isPlain ? text : text.trim();
}

function isVisibleAscii(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

const plainAmount = /^(0|[1-9]\d{0,11})(\.\d\d)?$/;
/** Groups of three with commas or none at all; decimals, of which those after the second are zeros. */
const usAmount = /^(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d{0,2})0*)?$/;
/** `1.234,50` has both marks, and so cannot be anything else; `1.234` and `12,50` could. */
const europeanAmount = /^(\d{1,3}(?:\.\d{3})+),(\d{2})$/;

/**
 * An amount: `1234`, `$1,234.50`, `USD 12`, `.50`, `(12.00)`, `-12`, `12-`, `1.234,50`. With at most 2 decimals and 12 digits before them.
 * @returns with 2 decimals, such as `1234.50`; null when it is none
 */
export function readAmount(text: string): string | null {
  const plain = plainAmount.exec(text);
  if (plain) return plain[2] ? text : `${text}.00`;
  if (/^[1-9]\d{0,2}(?:,\d{3}){1,3}\.\d\d$/.test(text)) return text.replaceAll(',', '');
  if (text.length > longestValue) return null;
  let left = text.replace(/[\s\u00A0\u202F]+/g, '').toUpperCase();
  let signs = 0;
  for (let before = ''; before !== left; ) {
    before = left;
    left = left.replace(/^(?:US?\$|\$|USD)|(?:USD|\$)$/g, '');
    const unsigned = /^\((.*)\)$|^[-\u2212](.*)$|^(.*)-$/.exec(left);
    if (!unsigned) continue;
    signs++;
    left = unsigned[1] ?? unsigned[2] ?? unsigned[3]!;
  }
  if (signs === 0) left = left.replace(/^\+/, '');
  const parts = usAmount.exec(left) ?? europeanAmount.exec(left);
  if (!parts || signs > 1 || !/\d/.test(left)) return null;
  return decimals((parts[1] ?? '').replace(/[,.]/g, ''), parts[2] ?? '', signs === 1);
}

function decimals(whole: string, cents: string, isNegative: boolean): string | null {
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  if (digits.length > 12) return null;
  const amount = `${digits}.${cents.padEnd(2, '0')}`;
  return isNegative && amount !== '0.00' ? `-${amount}` : amount;
}

/** A whole number from 0 to `most`, such as `120`, `120.0` or `120 months`; null when it is none. */
export function readCount(text: string, most: number): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= most ? Number(text) : null;
  if (text.length > longestValue) return null;
  const [, digits] = /^\+?(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0*)?\s*(?:m|mo|mos|mths?|months?)?\.?$/i.exec(text) ?? [];
  const count = Number(digits?.replaceAll(',', ''));
  return digits !== undefined && count <= most ? count : null;
}
