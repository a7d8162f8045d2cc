import { numberOf, purpose } from './feedRandom.ts';
import type { RowBytes } from './rowBytes.ts';

const units = [
  ['1UJ', 'Jayco', 'Jayco', 'Eagle 335RDOK', 'Travel Trailer'],
  ['4YD', 'Keystone RV', 'Montana', 'High Country 331RL', 'Fifth Wheel'],
  ['5ZT', 'Forest River', 'Rockwood', 'Ultra Lite 2608BS', 'Travel Trailer'],
  ['1F6', 'Winnebago Industries', 'Winnebago', 'Vista 29NP', 'Class A'],
  ['WDA', 'Thor Motor Coach', 'Thor', 'Tiburon 24FB', 'Class C'],
  ['5YF', 'Polaris', 'Polaris', 'Ranger 1000', 'Side by Side'],
  ['JKA', 'Kawasaki', 'Kawasaki', 'Ninja 650', 'Motorcycle'],
  ['1HF', 'Honda', 'Honda', 'Gold Wing Tour', 'Motorcycle'],
] as const;

/** Of model year 2010 to 2029; I, O, Q, U, Z and 0 are not used. */
const yearLetters = 'ABCDEFGHJKLMNPRSTVWX';
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const values = Object.fromEntries(
  [...'0123456789', ...'ABCDEFGH', ...'JKLMN', 'P', 'R', ...'STUVWXYZ'].map((character, index) => [
    character,
    index < 10 ? index : [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9][index - 10]!,
  ]),
) as Record<string, number>;
const valueOfCode = new Uint8Array(128);
for (const [character, value] of Object.entries(values)) valueOfCode[character.charCodeAt(0)] = value;

const of = { unit: purpose('unit'), year: purpose('year'), plant: purpose('plant') };

/** Writes the cells of the unit of a row; no two rows have the same VIN. @param withMaker before the make */
export function writeUnit(out: RowBytes, seed: number, row: number, withMaker: boolean): void {
  const [maker, mfg, make, model, type] = units[numberOf(seed, row, of.unit, units.length)]!;
  const year = 2012 + numberOf(seed, row, of.year, 14);
  out.text('S');
  out.whole(10_000 + row);
  out.next();
  vin[0] = maker.charCodeAt(0);
  vin[1] = maker.charCodeAt(1);
  vin[2] = maker.charCodeAt(2);
  putDigits(3, 5, 10_000 + ((seed * 7 + Math.floor(row / 1_000_000)) % 90_000));
  vin[9] = yearLetters.charCodeAt(year - 2010);
  vin[10] = letters.charCodeAt(numberOf(seed, row, of.plant, letters.length));
  putDigits(11, 6, row % 1_000_000);
  putCheckDigit();
  out.put(vin);
  out.next();
  out.whole(year);
  out.next();
  if (withMaker) {
    out.text(mfg);
    out.next();
  }
  out.text(make);
  out.next();
  out.text(model);
  out.next();
  out.text(type);
  out.next();
}

/** Of the row that is written now. */
const vin = new Uint8Array(17);

function putDigits(from: number, count: number, number: number): void {
  let rest = number;
  for (let at = from + count - 1; at >= from; at--) {
    const tens = Math.floor(rest / 10);
    vin[at] = 48 + rest - tens * 10;
    rest = tens;
  }
}

/** In the ninth place, whose weight is 0. */
function putCheckDigit(): void {
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += valueOfCode[vin[index]!]! * weights[index]!;
  vin[8] = '0123456789X'.charCodeAt(sum % 11);
}
