import { describe, expect, test } from 'vitest';
import { mappingOf } from '../../domain/feeds/reading/mapping.ts';
import { identifyFeed } from '../../domain/feeds/reading/open.ts';
import { outcomes, readFeed } from '../support/readFeed.ts';

const salesHeader =
  'CustomerFirst,CustomerLast,Email,Phone,StockNo,VIN,SoldDate,Amount.Financed,Term,Monthly Payment,LastPayment';
const kim = 'Kim,Example,kim@example.com,202-555-0143,A1,1hgcm82633a004352,1/10/2026';
const serviceHeader = 'WONumber,RO.Amount,Date,CustNo,Mfg,Make,Model,Type,VIN';

const sales = (...rows: string[]) => readFeed(`${[salesHeader, ...rows].join('\n')}\n`);
const service = (header: string, ...rows: string[]) => readFeed([header, ...rows].join('\n'), { kind: 'service' });

/** The rows that were read; a rejected one fails the test. */
const rowsOf = ({ readings }: Awaited<ReturnType<typeof readFeed>>) =>
  readings.map(({ row, rejection }) => {
    if (!row) throw new Error(rejection.reason);
    return row;
  });

test('a header has no NUL characters, which PostgreSQL cannot store', async () => {
  const [name, ...others] = salesHeader.split(',');
  const { header } = await readFeed(`${[`${name}\0`, ...others].join(',')}\n${kim},,,,\n`);
  expect(header).toEqual(salesHeader.split(','));
  expect(identifyFeed(Buffer.from('SoldDate,Na\0me\n'), 'ids')).toEqual({ is: 'sales', header: ['SoldDate', 'Name'] });
});

describe('a Sold Unit', () => {
  test('has all that its row says', async () => {
    const feed = await sales(`${kim},"25,000.00",120,310.50,1/10/36`);
    expect(feed.header).toEqual(salesHeader.split(','));
    expect(rowsOf(feed)).toEqual([
      {
        key: 'vin:1HGCM82633A004352:2026-01-10',
        occurredOn: '2026-01-10',
        customer: {
          firstName: 'Kim',
          lastName: 'Example',
          email: 'kim@example.com',
          phone: '+12025550143',
          nameKey: 'example kim',
        },
        amountFinanced: '25000.00',
        term: 120,
        monthlyPayment: '310.50',
        finalPaymentOn: '2036-01-10',
        vin: '1HGCM82633A004352',
        stockNumber: 'A1',
      },
    ]);
  });

  test('is a cash purchase without an amount, and then has no finance fields, whatever their cells hold', async () => {
    const cells = [',,,', 'NULL,120,310.50,1/10/36', '-,x,y,1/0/1900'];
    for (const row of rowsOf(await sales(...cells.map((four) => `${kim},${four}`)))) {
      expect(row.amountFinanced).toBeUndefined();
      expect([row.term, row.monthlyPayment, row.finalPaymentOn]).toEqual([undefined, undefined, undefined]);
    }
  });

  test('is financed with an amount of zero, and never a cash purchase by an amount that cannot be read', async () => {
    expect(rowsOf(await sales(`${kim},0,,,`))[0]!.amountFinanced).toBe('0.00');
    const unread = ['#N/A', 'unknown', '0.001', '"1.234"', '$-'];
    const { readings } = await sales(...unread.map((amount) => `${kim},${amount},,,`));
    expect(outcomes(readings)).toEqual(unread.map(() => 'bad_amount Amount.Financed'));
  });

  test('has the date of contract signing in a file of Motility', async () => {
    const file = 'Deal No,Contract Signing Date,Sold Date,Amount_Financed\nD1,1/10/2026,1/9/2026,\n';
    expect(rowsOf(await readFeed(file, { dms: 'motility' }))).toMatchObject([
      { key: 'deal:D1', occurredOn: '2026-01-10' },
    ]);
    await expect(readFeed('SoldDate,Amount.Financed\n', { dms: 'motility' })).rejects.toMatchObject({
      code: 'missing_column',
      message: 'The header has no column Contract Signing Date: no row was read.',
    });
  });

  test.each([
    ['D1,1HGCM82633A004352,A1,C1', 'deal:D1'],
    ['d-1.0,,,', 'deal:D-1.0'],
    ['1001.0,,,', 'deal:1001'],
    [',1HGCM82633A004352,A1,C1', 'vin:1HGCM82633A004352:2026-01-10'],
    [',XXXXXXXXXXXXXXXXX,a1,C1', 'stock:A1:2026-01-10'],
    [',12345,A1,C1', 'stock:A1:2026-01-10'],
    [',,,C1', 'customer:'],
    [',,,', 'no_key'],
    ['5.55E+11,,,', 'bad_identifier DealNumber'],
    [`,${'A'.repeat(41)},,`, 'bad_vin VIN'],
  ])('%s has the key %s', async (cells, key) => {
    const { readings } = await readFeed(`SoldDate,Amount.Financed,DealNumber,VIN,StockNo,CustNo\n1/10/2026,,${cells}`);
    expect(outcomes(readings)[0]).toMatch(
      key.endsWith(':') ? new RegExp(`^${key}[0-9a-f]{32}$`) : new RegExp(`^${key}$`),
    );
  });

  test('has a hull number, as boats do, with any check digit', async () => {
    const file = 'SoldDate,Amount.Financed,HIN\n1/10/2026,,abc-12345-d404\n1/10/2026,,1HGCM82633A004353';
    expect(rowsOf(await readFeed(file)).map(({ vin }) => vin)).toEqual(['ABC12345D404', '1HGCM82633A004353']);
  });
});

describe('a Work Order', () => {
  test('has all that its row says', async () => {
    expect(
      rowsOf(await service(serviceHeader, '77,"$1,200.00",1/10/2026,C9,Forest River,Cherokee,Wolf,Trailer,')),
    ).toEqual([
      {
        key: 'wo:77',
        occurredOn: '2026-01-10',
        customer: { number: 'C9' },
        amount: '1200.00',
        unitMake: 'Cherokee',
        unitModel: 'Wolf',
        unitType: 'Trailer',
        workOrderNumber: '77',
        description: 'Forest River Cherokee Wolf Trailer',
      },
    ]);
  });

  test('is described by what is there', async () => {
    const rows = await service(serviceHeader, '1,,,C9,Keystone,,,,', '2,,,C9,keystone,Keystone,,RV,', '3,,,C9,,,,,');
    expect(rowsOf(rows).map(({ description, unitMake }) => [description, unitMake])).toEqual([
      ['Keystone', 'Keystone'],
      ['keystone RV', 'Keystone'],
      [undefined, undefined],
    ]);
  });

  test('without a number has one that is the same each time, whatever its amount', async () => {
    const rows = rowsOf(
      await service(
        serviceHeader,
        ',10,1/10/2026,C9,,,,,1HGCM82633A004352',
        ',20,2026-01-10,C8,,,,,1hgcm82633a004352',
        ',10,1/11/2026,C9,,,,,1HGCM82633A004352',
        ',10,1/10/2026,C9,,,Wolf,,',
        ',99,1/10/2026,C9,,,WOLF,,',
        ',10,1/10/2026,C9,,,Bear,,',
      ),
    );
    expect(rows.every(({ isNumberDerived }) => isNumberDerived)).toBe(true);
    const [one, sameUnit, nextDay, noVin, sameModel, otherModel] = rows.map(({ key }) => key);
    expect(sameUnit).toBe(one);
    expect(sameModel).toBe(noVin);
    expect(new Set([one, nextDay, noVin, otherModel]).size).toBe(4);
    expect(rows[0]!.workOrderNumber).toMatch(/^D-[0-9A-F]{12}$/);
    expect(rows[0]!.workOrderNumber).toBe(rows[1]!.workOrderNumber);
  });

  test('without a number is rejected when nothing tells it from others', async () => {
    const { readings } = await service(serviceHeader, ',10,1/10/2026,,,,Wolf,,', ',10,,C9,,,Wolf,,1HGCM82633A004352');
    expect(outcomes(readings)).toEqual(['no_key WONumber', 'no_key WONumber']);
  });

  test('without a date has the one of its file, and says so', async () => {
    const header = 'WONumber,RO.Amount,Date Opened,Date Closed';
    const rows = rowsOf(await service(header, '1,,1/10/2026,1/20/2026', '2,,,1/20/2026', '3,,,'));
    expect(rows.map(({ occurredOn, isFileDate }) => [occurredOn, isFileDate])).toEqual([
      ['2026-01-10', undefined],
      ['2026-01-20', undefined],
      ['2026-03-01', true],
    ]);
    expect(rowsOf(await service('WONumber', '1'))).toMatchObject([{ occurredOn: '2026-03-01', isFileDate: true }]);
  });
});

describe('a customer', () => {
  const header = 'SoldDate,Amount.Financed,DealNumber,';
  const customers = async (columns: string, ...cells: string[]) =>
    rowsOf(await readFeed([header + columns, ...cells.map((one, n) => `1/10/2026,,D${n},${one}`)].join('\n'))).map(
      ({ customer }) => customer,
    );

  test('has the first value in the order of the columns of a field', async () => {
    const found = await customers(
      'Home Phone,Cell,Phone,Email2,E-mail',
      '202-555-0101,202-555-0102,202-555-0103,b@example.com,a@example.com',
      '202-555-0101,,202-555-0103,b@example.com,',
      '202-555-0101,call me,n/a,b@example.com,wrong',
    );
    expect(found).toEqual([
      { phone: '+12025550102', email: 'a@example.com' },
      { phone: '+12025550103', email: 'b@example.com' },
      { phone: '+12025550101', email: 'b@example.com' },
    ]);
  });

  test('has a name of one column in its parts', async () => {
    expect(await customers('Customer Name,Company,Zip', '"Example, Kim",,60601-1234', ',Example RV LLC,')).toEqual([
      { firstName: 'Kim', lastName: 'Example', nameKey: 'example kim', postalCode: '60601' },
      { company: 'Example RV LLC', nameKey: 'example llc rv' },
    ]);
  });

  test('may be called Null, Na or None', async () => {
    expect(await customers('First Name,Last Name', 'Na,Null', 'None,Nil')).toEqual([
      { firstName: 'Na', lastName: 'Null', nameKey: 'na null' },
      { firstName: 'None', lastName: 'Nil', nameKey: 'nil none' },
    ]);
  });

  test('loses an email or phone number that cannot be read only when something else identifies them', async () => {
    const columns = 'CustNo,Email,Phone,Last Name,Zip';
    const file = [
      `${header}${columns}`,
      '1/10/2026,,D1,C1,kim@,555-0100,,',
      '1/10/2026,,D2,,kim@,555-0100,Example,60601',
    ];
    expect(rowsOf(await readFeed(file.join('\n'))).map(({ customer }) => [customer.email, customer.phone])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    const { readings } = await readFeed(
      [`${header}${columns}`, '1/10/2026,,D1,,kim@,,Example,', '1/10/2026,,D2,,,555-0100,Example,'].join('\n'),
    );
    expect(outcomes(readings)).toEqual(['bad_email Email', 'bad_phone Phone']);
  });

  test('may be unknown', async () => {
    expect(await customers('CustNo,Email', ',', '0000,none@none.com')).toEqual([{}, {}]);
  });
});

describe('a rejected row', () => {
  test('says in which column what is wrong', async () => {
    const { readings } = await sales(
      'Kim,Example,,,,,13/45/2026,,,,',
      'Kim,Example,,,,,,,,,',
      `${kim},abc,,,`,
      `${kim},1,1.5,,`,
      `${kim},1,,x,`,
      `${kim},1,,,2/30/2026`,
      kim,
      `${kim},,,,,extra`,
      `${kim},,,,5" pipe`,
    );
    expect(readings.map(({ rejection }) => rejection)).toEqual([
      {
        column: 'SoldDate',
        code: 'bad_date',
        reason: 'SoldDate is 13/45/2026, not a valid date: expected one such as 1/31/2026, 2026-01-31 or Jan 31, 2026.',
      },
      expect.objectContaining({ column: 'SoldDate', code: 'missing_date' }),
      expect.objectContaining({ column: 'Amount.Financed', code: 'bad_amount' }),
      expect.objectContaining({ column: 'Term', code: 'bad_term' }),
      expect.objectContaining({ column: 'Monthly Payment', code: 'bad_amount' }),
      expect.objectContaining({ column: 'LastPayment', code: 'bad_date' }),
      { code: 'too_few_cells', reason: 'The row has 7 cells; 11 are expected, as in the header.' },
      { code: 'too_many_cells', reason: 'The row has 12 cells; 11 are expected, as in the header.' },
      expect.objectContaining({ code: 'bad_quotes' }),
    ]);
  });

  test('names no personal values, wherever they are', async () => {
    const personal = ['Kim', 'kim@example.com', '202-555-0143', '123-45-6789', '60601', '4111111111111111'];
    const rows = personal.map((one) => Array(11).fill(one).join(','));
    const { readings } = await sales(...rows, ...personal.map((one) => `${kim},1,${one},${one},${one}`));
    for (const { rejection } of readings)
      for (const value of personal) expect(rejection?.reason ?? '').not.toContain(value);
    expect(readings.filter(({ rejection }) => rejection).length).toBeGreaterThan(10);
  });

  test('can be shown by column, and read again once it is corrected', async () => {
    const { records, mapping } = await sales('Kim,Example,,,,,13/45/2026,,,,', '"Kim', 'a,b,c,d,e,f,g,h,i,j,k,l,,');
    const [wrong, short, long] = records.map((record) => mapping.cellsOf(record));
    expect(wrong).toMatchObject({ CustomerFirst: 'Kim', SoldDate: '13/45/2026', LastPayment: '' });
    expect(short).toMatchObject({ CustomerFirst: '"Kim', LastPayment: '' });
    expect(long).toMatchObject({ CustomerFirst: 'a', 'Column 12': 'l', 'Column 14': '' });
    expect(mapping.readCells(wrong!).rejection?.code).toBe('bad_date');
    expect(mapping.readCells({ ...wrong, SoldDate: '1/10/2026' }).row).toMatchObject({ occurredOn: '2026-01-10' });
    const again = mappingOf({
      header: salesHeader.split(','),
      delimiter: ',',
      dms: 'ids',
      kind: 'sales',
      fileDate: '',
    });
    expect(again.readCells({ ...wrong, SoldDate: '1/10/2026' })).toEqual(
      mapping.readCells({ ...wrong, SoldDate: '1/10/2026' }),
    );
  });

  test('has a name for each of its cells', () => {
    const header = ['SoldDate', 'Amount.Financed', 'Note', '', 'Note', 'Note (2)'];
    const { columns } = mappingOf({ header, delimiter: ',', dms: 'ids', kind: 'sales', fileDate: '' });
    expect(columns).toEqual(['SoldDate', 'Amount.Financed', 'Note', 'Column 4', 'Note (2)', 'Note (2) (2)']);
  });
});

describe('a header', () => {
  test.each([
    ['comma', ','],
    ['semicolon', ';'],
    ['tab', '\t'],
    ['bar', '|'],
  ])('tells the delimiter: a %s', async (_name, delimiter) => {
    const quoted = '"25,000;00|1"';
    const file = [
      salesHeader.replaceAll(',', delimiter),
      `${kim},1,2,3,${quoted}`.replace(/,(?=[^"]*(?:"|$))/g, delimiter),
    ];
    const feed = await readFeed(file.join('\r\n'));
    expect(feed.delimiter).toBe(delimiter);
    expect(outcomes(feed.readings)).toEqual(['bad_date LastPayment']);
  });

  test('may follow blank lines and a line that names the delimiter', async () => {
    const file = `\uFEFF\r\nsep=;\r\nSoldDate;Amount.Financed;Deal Number\r\n1/10/2026;"1,5";D1\r\n1/10/2026;"1,50";D1`;
    const { records, readings } = await readFeed(file);
    expect(records.map(({ line }) => line)).toEqual([4, 5]);
    expect(outcomes(readings)).toEqual(['bad_amount Amount.Financed', 'bad_amount Amount.Financed']);
  });

  test.each([
    'solddate,AMOUNT FINANCED,dealnumber',
    'SOLD_DATE,Amount_Financed,Deal.Number',
    '"Sold Date","Amount.Financed","Deal ""Number"""',
    'Sold\u00A0Date , Amount. Financed,\u200BDealNumber',
    '"Sold\nDate",Amount.Financed,Deal-Number',
  ])('%j is known', async (header) => {
    const { readings, records } = await readFeed(`${header}\n1/10/2026,,D1`);
    expect(outcomes(readings)).toEqual(['deal:D1']);
    expect(records[0]!.line).toBe(header.includes('\n') ? 3 : 2);
  });

  test('is given exactly as it is', async () => {
    const header = [' Sold.Date', 'AMOUNT_FINANCED', 'Note', 'Note'];
    expect((await readFeed(`${header.join(',')},,\n`)).header).toEqual(header);
  });

  test.each([
    ['SoldDate,Term', 'sales', 'missing_column', 'Amount.Financed'],
    ['Contract Signing Date,Amount.Financed', 'sales', 'missing_column', 'SoldDate'],
    ['SoldDate,Amount.Financed,VIN,vin', 'sales', 'duplicate_column', 'VIN'],
    ['SoldDate,Sold Date,Amount.Financed', 'sales', 'duplicate_column', 'SoldDate'],
    ['WONumber,Date', 'sales', 'wrong_kind', 'service'],
    ['SoldDate,Amount.Financed', 'service', 'wrong_kind', 'sales'],
    ['SoldDate,WONumber,Amount.Financed', 'sales', 'wrong_kind', 'sales and of service'],
    ['Name,Amount', 'sales', 'wrong_kind', 'neither'],
    ['', 'sales', 'no_header', 'empty'],
    ['x'.repeat(70_000), 'sales', 'no_header', '64 KB'],
    ['PK\u0003\u0004', 'sales', 'unreadable', 'Excel workbook'],
  ] as const)('%# is rejected before any row: %s', async (header, kind, code, message) => {
    await expect(readFeed(`${header}\n1,2,3\n`.replace(/^\n1,2,3\n/, ''), { kind })).rejects.toMatchObject({
      name: 'FeedFileProblem',
      code,
      message: expect.stringContaining(message),
    });
  });

  test('of service is no file of Automate', async () => {
    await expect(readFeed('WONumber\n1', { dms: 'automate', kind: 'service' })).rejects.toMatchObject({
      code: 'wrong_kind',
    });
  });

  test('may be there twice, but not with its columns in another order', async () => {
    const one = 'SoldDate,Amount.Financed,DealNumber';
    expect(outcomes((await readFeed(`${one}\n1/1/2026,,D1\n${one}\n1/2/2026,,D2\n`)).readings)).toEqual([
      'deal:D1',
      'deal:D2',
    ]);
    const spelled = await readFeed(`${one}\n1/1/2026,,D1\n"Sold Date",Amount.Financed,DealNumber\n1/2/2026,,D2\n`);
    expect(outcomes(spelled.readings)).toEqual(['deal:D1', 'repeated_header', 'deal:D2']);
    for (const other of ['DealNumber,SoldDate,Amount.Financed', 'Name,DealNumber,SoldDate,Amount.Financed'])
      await expect(readFeed(`${one}\n1/1/2026,,D1\n${other}\nD2,1/2/2026,\n`)).rejects.toMatchObject({
        code: 'second_header',
      });
    await expect(readFeed('WONumber,VIN\n1,\nRO.Amount,WONumber\n10,2\n', { kind: 'service' })).rejects.toMatchObject({
      code: 'second_header',
    });
  });
});

describe('blank cells at the end, as spreadsheets leave them out or add them', () => {
  const header = 'DealNumber,SoldDate,Amount.Financed,Term,LastPayment';

  test('are no cells when the header has some too', async () => {
    const { readings } = await readFeed(
      `${header},,\nD1,1/10/2026,,,,,\nD2,1/10/2026,5,12\nD3,1/10/2026,\nD4,1/10/2026\n`,
    );
    expect(outcomes(readings)).toEqual(['deal:D1', 'deal:D2', 'deal:D3', 'too_few_cells']);
  });

  test('may be more than the header has, but not fewer', async () => {
    const { readings } = await readFeed(`${header}\nD1,1/10/2026,,,,, ,\nD2,1/10/2026,5,12\n`);
    expect(outcomes(readings)).toEqual(['deal:D1', 'too_few_cells']);
  });
});

describe('a file is known by its first bytes', () => {
  test.each([
    ['SoldDate,Term\n', 'sales'],
    ['contract signing date;Term\n1/1/2026;1', 'sales'],
    ['wo number\tName', 'service'],
    ['RO_AMOUNT|x\n', 'service'],
    ['SoldDate,RO.Amount\n', 'both'],
    ['Name,Amount\n', 'neither'],
    ['', 'empty'],
    ['\uFEFF\r\n ,,\n', 'empty'],
    ['\u001F\u008B', 'neither'],
  ])('%j is %s', (head, is) => expect(identifyFeed(Buffer.from(head), 'ids').is).toBe(is));

  test('and where its header is missing, no customer is taken for one', () => {
    const first = 'Lee,Example,lee@example.com,VIN,312-555-0100\n';
    expect(identifyFeed(Buffer.from(first), 'ids')).toMatchObject({ is: 'neither', header: ['VIN'] });
  });

  test('whatever its encoding, and where they end', () => {
    const text = `${salesHeader}\r\n${`${kim},,,,é\r\n`.repeat(2000)}`;
    const swapped = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
    const files = [Buffer.from(text), Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le'), swapped];
    for (const file of files)
      for (const end of [65_535, 65_536, file.length]) {
        const head = file.subarray(0, end);
        expect(identifyFeed(head, 'ids')).toEqual({ is: 'sales', header: salesHeader.split(',') });
      }
  });

  test('as something else than a text', () => {
    expect(identifyFeed(Buffer.from([0x1f, 0x8b, 8, 0]), 'ids')).toEqual({
      is: 'unreadable',
      reason: 'The file is compressed with gzip; a text with a header is expected.',
    });
    expect(identifyFeed(Buffer.alloc(65_536, 'x'), 'ids').is).toBe('unreadable');
  });
});

test('a file with a header only has no rows', async () => {
  for (const file of [salesHeader, `${salesHeader}\r\n`, `${salesHeader}\n\n,,,,\n`])
    expect((await readFeed(file)).records).toEqual([]);
});
