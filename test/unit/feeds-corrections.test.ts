import { describe, expect, it } from 'vitest';
import { correctableRow } from '../../domain/feeds/corrections.ts';

const header = ['DealNumber', 'SoldDate', ' Amount.Financed ', 'Term', 'VIN', 'Email'];
const rowOf = (record: string, code = 'bad_date') =>
  correctableRow({ header, delimiter: ',', record }, { dms: 'ids', kind: 'sales', fileDate: '2026-11-26', code });

describe('a rejected row', () => {
  it('shows its cells in the order of the file, and those beyond the header after them', () => {
    const { cells, columns } = rowOf('17,soon,"25,000",60,,kim@example.com,left over');
    expect(cells).toEqual([
      { column: 'DealNumber', value: '17' },
      { column: 'SoldDate', value: 'soon' },
      { column: 'Amount.Financed', value: '25,000' },
      { column: 'Term', value: '60' },
      { column: 'VIN', value: '' },
      { column: 'Email', value: 'kim@example.com' },
      { column: 'Column 7', value: 'left over' },
    ]);
    expect(columns).not.toContain('Column 7');
  });

  it('is read with the given cells instead of its own', () => {
    const { read } = rowOf('17,soon,"25,000",60,,kim@example.com,left over');
    expect(read({ SoldDate: '1/31/2026' })).toMatchObject({
      row: { key: 'deal:17', occurredOn: '2026-01-31', amountFinanced: '25000.00', term: 60 },
    });
    expect(read({ SoldDate: '1/31/2026', 'Amount.Financed': '' })).toEqual({
      row: expect.not.objectContaining({ amountFinanced: expect.anything() }),
    });
  });

  it('has a reason for each cell that is wrong, and none for what is missing because of them', () => {
    const read = (cells: Record<string, string>) => rowOf(',soon,much,long,,').read(cells);
    const columnsOf = (cells: Record<string, string>) => {
      const reading = read(cells);
      return 'rejections' in reading && reading.rejections.map(({ column, code }) => [column, code]);
    };
    expect(columnsOf({ SoldDate: '1/31/2026' })).toEqual([['Amount.Financed', expect.stringMatching(/^bad_/)]]);
    expect(columnsOf({ SoldDate: '1/31/2026', 'Amount.Financed': '1' })).toEqual([['Term', expect.any(String)]]);
    expect(columnsOf({ SoldDate: '' })).toEqual([['SoldDate', 'missing_date']]);
    expect(columnsOf({ SoldDate: '1/31/2026', 'Amount.Financed': '' })).toEqual([[undefined, 'no_key']]);
  });

  it('is read as it is where the mapping has learned to, but never where bytes of it are missing', () => {
    const record = '17,1/31/2026,,,,';
    expect(rowOf(record).read()).toMatchObject({ row: { key: 'deal:17' } });
    expect(rowOf('17,soon,,,,').read()).toMatchObject({ rejections: [{ column: 'SoldDate' }] });
    expect(rowOf(record, 'record_too_long').read()).toEqual({ rejections: [] });
    expect(rowOf(record, 'record_too_long').read({})).toMatchObject({ row: { key: 'deal:17' } });
  });

  it('keeps columns apart that have the names of an object’s own parts', () => {
    const odd = [...header, 'constructor', '__proto__'];
    const of = { dms: 'ids', kind: 'sales', fileDate: '2026-11-26', code: 'bad_date' } as const;
    const { cells, read } = correctableRow({ header: odd, delimiter: ',', record: '17,1/31/2026,,,,,a,b' }, of);
    expect(cells.slice(-2).map(({ value }) => value)).toEqual(['a', 'b']);
    expect(read({ DealNumber: '18' })).toMatchObject({ row: { key: 'deal:18' } });
  });
});
