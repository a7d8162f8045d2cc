const header =
  'CustomerNumber,CustomerFirst,CustomerLast,Email,VIN,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment';

/** A row of a sales file, of a customer of its own. */
export function salesRow(n: number, soldDate = '1/10/2030'): string {
  return `C${n},Kim,Example,kim${n}@example.com,,${soldDate},100.00,12,9.00,1/10/2031`;
}

/** A sales file with so many rows. */
export function salesFile(rows: number): string {
  return fileOf(rows, salesRow);
}

/** A sales file of which no row can be read. */
export function badSalesFile(rows: number): string {
  return fileOf(rows, (n) => salesRow(n, '31/31/2030'));
}

function fileOf(rows: number, row: (n: number) => string): string {
  return [header, ...Array.from({ length: rows }, (_, n) => row(n + 1)), ''].join('\r\n');
}
