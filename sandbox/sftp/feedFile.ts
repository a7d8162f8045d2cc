import type { FeedDms, FeedKind } from '../../domain/feeds/feeds.ts';
import { writeCustomer } from './feedPeople.ts';
import { chance, numberOf, purpose } from './feedRandom.ts';
import { writeUnit } from './feedUnits.ts';
import { RowBytes } from './rowBytes.ts';

export interface FeedFileOptions {
  rows: number;
  /** The same seed makes the same file; another one a file of other deals or work orders. */
  seed: number;
  dms: FeedDms;
  kind: FeedKind;
  /** The next day's file: in so large a share of the rows half have another amount, and half are of another deal or work order. */
  changed?: number;
  /** Another number changes other rows, to other amounts; the seed when absent. */
  edition?: number;
  /** The number of the first row: files of other numbers have other deals or work orders. */
  from?: number;
  /** To whom the rows belong. */
  customers?: number;
  /** So large a share of the rows cannot be read. */
  badShare?: number;
  /** So large a share is written in an unusual way, but can be read. */
  oddShare?: number;
  /** The latest date of a row, ISO; they lie in the three years before it. */
  lastDate?: string;
}

/** What a file says that was made. */
export interface MadeFile {
  rows: number;
  /** Of them those that cannot be read. */
  bad: number;
}

const chunkBytes = 256 * 1024;
const daysBefore = 3 * 365;
const dayMs = 86_400_000;

/** What each column is called, by DMS; made up, except for those that the requirements name. */
const columns: Record<FeedDms, Partial<Record<FeedKind, string>>> = {
  ids: {
    sales:
      'CustomerNumber,CustomerFirst,CustomerLast,Email,Phone,Address,City,State,Zip,DealNumber,StockNo,VIN,Year,Make,Model,Type,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment',
    service:
      'CustomerNumber,CustomerFirst,CustomerLast,Email,Phone,Address,City,State,Zip,WONumber,StockNo,VIN,Year,mfg,make,model,type,WODate,RO.Amount',
  },
  automate: {
    sales:
      'Customer_Number,First_Name,Last_Name,Email_Address,Cell_Phone,Address,City,State,Zip_Code,Deal_No,Stock_Number,VIN,Model_Year,Make,Model,Unit_Type,Sold_Date,Amount_Financed,Term,Monthly_Payment,Last_Payment',
  },
  motility: {
    sales:
      'CUSTOMER ID,BUYER FIRST,BUYER LAST,EMAIL,PHONE,ADDRESS,CITY,STATE,ZIP,DEAL NUMBER,STOCK NUMBER,VIN,YEAR,MAKE,MODEL,CLASS,Contract Signing Date,AMOUNT FINANCED,TERM,MONTHLY PAYMENT,LAST PAYMENT',
    service:
      'CUSTOMER ID,BUYER FIRST,BUYER LAST,EMAIL,PHONE,ADDRESS,CITY,STATE,ZIP,WO NUMBER,STOCK NUMBER,VIN,YEAR,MFG,MAKE,MODEL,TYPE,RO DATE,RO AMOUNT',
  },
};

/**
 * Makes a file such as ProResponse delivers, in chunks: people who do not exist at example.com with 555-01xx numbers, and units whose
 * VIN has the right check digit.
 * @throws RangeError when the DMS has no such feed
 */
export function* feedFile(options: FeedFileOptions): Generator<Buffer, MadeFile> {
  const { rows, dms, kind, from = 0 } = options;
  const header = columns[dms][kind];
  if (!header) throw new RangeError(`There is no ${kind} feed of ${dms}`);
  const out = new RowBytes(chunkBytes);
  out.text(`${header}\r\n`);
  const write = rowWriter(options, out);
  let bad = 0;
  for (let index = from; index < from + rows; index++) {
    if (write(index) === 'bad') bad += 1;
    if (out.isFull) yield out.take();
  }
  yield out.take();
  return { rows, bad };
}

const of = {
  changed: purpose('changed'),
  isNew: purpose('new'),
  odd: purpose('odd'),
  bad: purpose('bad'),
  wayOfBad: purpose('way of bad'),
  customer: purpose('customer'),
  date: purpose('date'),
  wayOfDate: purpose('way of date'),
  cash: purpose('cash'),
  amounts: [purpose('amount'), purpose('another amount')],
  term: purpose('term'),
  rate: purpose('rate'),
  number: purpose('number'),
} as const;

interface Row {
  seed: number;
  row: number;
  date: string;
  /** Of its day in later years. */
  anniversary: { dayAndMonth: string; year: number };
  /** Another one makes another amount. */
  amounts: number;
  /** The seed of the amount. */
  edition: number;
  isOdd: boolean;
}

/** Writes the row of each index, whatever was written before. */
function rowWriter(options: FeedFileOptions, out: RowBytes): (index: number) => 'good' | 'bad' {
  const {
    rows,
    seed,
    kind,
    edition = seed,
    changed = 0,
    customers = 200_000,
    badShare = 0,
    oddShare = 0.005,
  } = options;
  const lastDay = Date.parse(options.lastDate ?? '2025-12-31');
  const days = Array.from({ length: daysBefore }, (_, back) => dayOf(new Date(lastDay - back * dayMs)));
  const writeRest = kind === 'sales' ? writeSale : writeWorkOrder;
  return (index) => {
    const isChanged = changed > 0 && chance(edition, index, of.changed) < changed;
    const isNew = isChanged && chance(edition, index, of.isNew) < 0.5;
    const row = isNew ? rows + index : index;
    const isOdd = chance(seed, row, of.odd) < oddShare;
    const back = numberOf(seed, row, of.date, daysBefore);
    const begin = out.position;
    writeCustomer(out, seed, numberOf(seed, row, of.customer, customers), isOdd);
    const { day, american, anniversary } = days[back]!;
    const date = isOdd ? oddDate(numberOf(seed, row, of.wayOfDate, 3), day) : american;
    const amount =
      isChanged && !isNew ? { amounts: of.amounts[1]!, edition } : { amounts: of.amounts[0]!, edition: seed };
    writeRest(out, { seed, row, date, anniversary, ...amount, isOdd });
    const isBad = badShare > 0 && chance(seed, row, of.bad) < badShare;
    if (isBad) out.replace(begin, spoiled(out.textFrom(begin), kind, numberOf(seed, row, of.wayOfBad, 3)));
    out.text('\r\n');
    return isBad ? 'bad' : 'good';
  };
}

function writeSale(out: RowBytes, { seed, row, date, anniversary, amounts, edition, isOdd }: Row): void {
  // Files of other seeds are of other deals.
  out.whole(seed);
  out.whole(1_000_001 + row);
  out.next();
  writeUnit(out, seed, row, false);
  out.text(date);
  // One that is changed is financed now.
  if (amounts === of.amounts[0] && chance(seed, row, of.cash) < 0.35) {
    out.text(',,,,');
    return;
  }
  const financed = 4_000_00 + numberOf(edition, row, amounts, 90_000_00);
  const term = 36 + 12 * numberOf(seed, row, of.term, 13);
  const rate = (4 + numberOf(seed, row, of.rate, 800) / 100) / 1200;
  out.next();
  if (isOdd) out.text(`"$${grouped(financed)}"`);
  else out.money(financed);
  out.next();
  out.whole(term);
  out.next();
  out.money(Math.round((financed * rate) / (1 - (1 + rate) ** -term)));
  out.next();
  out.text(anniversary.dayAndMonth);
  out.whole(anniversary.year + term / 12);
}

function writeWorkOrder(out: RowBytes, { seed, row, date, amounts, edition, isOdd }: Row): void {
  // A twentieth has no number of its own.
  if (chance(seed, row, of.number) >= 0.05) {
    out.text('WO');
    out.whole(seed);
    out.whole(500_001 + row);
  }
  out.next();
  writeUnit(out, seed, row, true);
  out.text(date);
  out.next();
  const cents = 45_00 + numberOf(edition, row, amounts, 4_000_00);
  if (isOdd) out.text('(');
  out.money(cents);
  if (isOdd) out.text(')');
}

/** A row that cannot be read: it ends too early, its date is none, or its amount is none. */
function spoiled(row: string, kind: FeedKind, how: number): string {
  if (how === 0) return row.split(',').slice(0, 5).join(',');
  // Counted from the end, where only an odd amount has a comma.
  const cells = row.replace(/"\$[\d,.]+"/, '0').split(',');
  const [date, amount] = kind === 'sales' ? [-5, -4] : [-2, -1];
  return cells.with(how === 1 ? date : amount, how === 1 ? '13/45/2024' : 'see file').join(',');
}

function dayOf(day: Date) {
  const [month, date, year] = [day.getUTCMonth() + 1, day.getUTCDate(), day.getUTCFullYear()];
  return {
    day,
    american: `${month}/${date}/${year}`,
    anniversary: { dayAndMonth: `${month}/${Math.min(date, 28)}/`, year },
  };
}

/** In another way of writing it. */
function oddDate(way: number, date: Date): string {
  const [year, month, day] = date.toISOString().slice(0, 10).split('-');
  if (way === 0) return `${year}-${month}-${day}`;
  return `${month}/${day}/${way === 1 ? year : year!.slice(2)}`;
}

function grouped(cents: number): string {
  return (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
}
