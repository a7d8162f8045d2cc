import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contacts } from '../../db/schema/feeds.ts';
import type { RowCustomer } from '../../domain/feeds/feeds.ts';
import { contactsByKey, type FeedTables, feedTables, type TestRow, tableState } from '../support/feedRows.ts';

let tables: FeedTables;
const clear = () => tables.pool.query('truncate activities, contacts, feed_files, feed_rejected_rows restart identity');
beforeAll(async () => {
  tables = await feedTables();
});
beforeEach(clear);
afterAll(() => tables.close());

/** A contact that there is before, in their order. @returns its ID */
async function contact(of: Partial<typeof contacts.$inferInsert>): Promise<string> {
  const [row] = await tables.db
    .insert(contacts)
    .values({ account: 'D-1', ...of })
    .returning();
  return String(row!.id);
}
const found = async (customer: RowCustomer, key = 'x') => {
  await tables.importFile([{ key, customer }]);
  return (await contactsByKey(tables))[key];
};
const name = { firstName: 'Kim', lastName: 'Example', nameKey: 'example kim' };
const everything = { email: 'kim@example.com', phone: '+15125550100', ...name, postalCode: '78701' };

describe('a contact is found', () => {
  test('by customer number, then email, then phone, then name and postal code', async () => {
    const byNumber = await contact({ dms: 'ids', customerNumber: 'C1' });
    const byEmail = await contact({ email: everything.email });
    const byPhone = await contact({ phone: everything.phone });
    const byName = await contact({ nameKey: name.nameKey, postalCode: everything.postalCode });
    const { email: _, ...noEmail } = everything;
    const { phone: __, ...onlyName } = noEmail;
    expect(await found({ number: 'C1', ...everything }, '1')).toEqual([byNumber, 'customer_number', 1]);
    expect(await found({ number: 'C2', ...everything }, '2')).toEqual([byEmail, 'email', 1]);
    expect(await found(noEmail, '3')).toEqual([byNumber, 'phone', 3]);
    expect(await found({ number: 'C4', ...noEmail }, '4')).toEqual([byPhone, 'phone', 1]);
    expect(await found({ number: 'C5', ...onlyName }, '5')).toEqual([byName, 'name_postal_code', 1]);
    expect(await found({ number: 'C6', ...everything }, '6')).toMatchObject([expect.any(String), 'created', 0]);
    expect(await tables.db.select().from(contacts)).toHaveLength(5);
  });

  test('not by the number of another DMS, nor of another dealer', async () => {
    await contact({ dms: 'motility', customerNumber: 'C1' });
    await contact({ dms: 'ids', customerNumber: 'C1', account: 'D-2', email: 'kim@example.com' });
    expect(await found({ number: 'C1', email: 'kim@example.com' })).toMatchObject([expect.any(String), 'created', 0]);
  });

  test('of several the oldest, and how many there were is known', async () => {
    const oldest = await contact({ email: everything.email });
    for (let n = 0; n < 2; n += 1) await contact({ email: everything.email });
    expect(await found({ email: everything.email })).toEqual([oldest, 'email', 3]);
  });

  test('by less only if it has no other number of the same DMS', async () => {
    await contact({ dms: 'ids', customerNumber: 'C1', email: everything.email });
    const other = await contact({ dms: 'motility', customerNumber: 'M1', email: everything.email });
    expect(await found({ number: 'C2', email: everything.email })).toEqual([other, 'email', 1]);
  });

  test('where several customers share an email: each contact without a number gets one number', async () => {
    const [first, second] = [
      await contact({ email: 'family@example.com' }),
      await contact({ email: 'family@example.com' }),
    ];
    const rows = ['C3', 'C1', 'C2'].map((number) => ({
      key: number,
      customer: { number, email: 'family@example.com' },
    }));
    await tables.importFile(rows);
    expect(await contactsByKey(tables)).toEqual({
      C1: [first, 'email', 2],
      C2: [second, 'email', 1],
      C3: [expect.any(String), 'created', 0],
    });
    const numbers = (await tables.db.select().from(contacts).orderBy(contacts.id)).map((one) => one.customerNumber);
    expect(numbers).toEqual(['C1', 'C2', 'C3']);
  });

  test('through those that were merged into it', async () => {
    const kept = await contact({ dms: 'ids', customerNumber: 'C1' });
    const between = await contact({ mergedInto: BigInt(kept) });
    await contact({ dms: 'ids', customerNumber: 'C2', email: everything.email, mergedInto: BigInt(between) });
    expect(await found({ number: 'C2' }, '1')).toEqual([kept, 'customer_number', 1]);
    expect(await found({ email: everything.email }, '2')).toEqual([kept, 'email', 1]);
    // Its contact has another number.
    expect(await found({ number: 'C3', email: everything.email }, '3')).toMatchObject([
      expect.any(String),
      'created',
      0,
    ]);
  });
});

describe('a contact that is found', () => {
  test('gets what it does not have, and keeps what it has', async () => {
    await contact({ email: everything.email, firstName: 'Kimberly', lastName: 'Sample', nameKey: 'kimberly sample' });
    await found({ number: 'C1', ...everything, company: 'Kim LLC' });
    expect(await tables.db.select().from(contacts)).toMatchObject([
      {
        ...{ dms: 'ids', customerNumber: 'C1', phone: everything.phone, postalCode: '78701', company: 'Kim LLC' },
        ...{ firstName: 'Kimberly', lastName: 'Sample', nameKey: 'kimberly sample' },
      },
    ]);
  });

  test('is not written when the file says nothing new', async () => {
    await found({ number: 'C1', ...everything }, '1');
    const before = await tables.pool.query('select ctid, updated_at from contacts');
    await found({ number: 'C1', ...everything }, '2');
    expect((await tables.pool.query('select ctid, updated_at from contacts')).rows).toEqual(before.rows);
  });
});

describe('an activity whose row changes', () => {
  const [kim, pat] = [
    { number: 'C1', ...everything },
    { number: 'C2', email: 'pat@example.com' },
  ];

  test('keeps its contact while its customer is the same, even where a person has moved it', async () => {
    await found(kim, '1');
    const moved = await contact({});
    await tables.pool.query('update activities set contact_id = $1', [moved]);
    const changed = { ...kim, firstName: 'Kimberly' };
    expect(await tables.importFile([{ key: '1', customer: changed, amount: '2.00' }])).toMatchObject({
      counts: { updated: 1 },
    });
    expect(await contactsByKey(tables)).toEqual({ 1: [moved, 'created', 0] });
  });

  test('moves to the contact of its new customer', async () => {
    await tables.importFile([
      { key: '1', customer: kim },
      { key: '2', customer: pat },
    ]);
    const before = await contactsByKey(tables);
    expect(await tables.importFile([{ key: '1', customer: pat }])).toMatchObject({
      ...{ counts: { updated: 1 }, contactsFound: 1, contactsCreated: 0 },
    });
    expect((await contactsByKey(tables))['1']).toEqual([before['2']![0], 'customer_number', 1]);
  });

  test('is unchanged when its new customer has the same contact', async () => {
    await found(kim, '1');
    const [id] = (await contactsByKey(tables))['1']!;
    expect(await tables.importFile([{ key: '1', customer: { ...kim, email: 'new@example.com' } }])).toMatchObject({
      counts: { unchanged: 1 },
    });
    expect((await contactsByKey(tables))['1']).toEqual([id, 'customer_number', 1]);
  });

  test('keeps its contact when nothing identifies the customer any more', async () => {
    await found(kim, '1');
    const [id] = (await contactsByKey(tables))['1']!;
    expect(await found({ ...name }, '1')).toEqual([id, 'kept', 0]);
  });
});

describe('in one file', () => {
  test('rows known by less find the contacts of rows known by more, in whatever order', async () => {
    const rows: TestRow[] = [
      { key: 'name', customer: { ...name, postalCode: '78701' } },
      { key: 'phone', customer: { phone: everything.phone } },
      { key: 'email', customer: { email: everything.email, phone: everything.phone } },
      { key: 'number', customer: { number: 'C1', ...everything } },
    ];
    for (const order of [rows, rows.toReversed()]) {
      await clear();
      expect(await tables.importFile(order)).toMatchObject({ contactsCreated: 1 });
      const [id] = (await contactsByKey(tables)).number!;
      expect(await contactsByKey(tables)).toEqual({
        number: [id, 'created', 0],
        email: [id, 'email', 1],
        phone: [id, 'phone', 1],
        name: [id, 'name_postal_code', 1],
      });
    }
  });

  test('a customer’s rows that differ make one contact, with names that belong together', async () => {
    const rows: TestRow[] = [
      { key: '1', customer: { number: 'C1', firstName: 'Kim', lastName: 'Zed', nameKey: 'kim zed' } },
      {
        key: '2',
        customer: { number: 'C1', firstName: 'Al', lastName: 'Example', nameKey: 'al example', company: 'B' },
      },
      { key: '3', customer: { number: 'C1', email: 'b@example.com', postalCode: '78701' } },
      { key: '4', customer: { number: 'C1', email: 'a@example.com' } },
    ];
    for (const order of [rows, rows.toReversed()]) {
      await clear();
      await tables.importFile(order);
      expect((await tableState(tables)).contacts).toEqual([
        {
          ...{ dms: 'ids', number: 'C1', email: 'a@example.com', phone: null, postal: '78701', name_key: 'al example' },
          ...{ first: 'Al', last: 'Example', company: 'B', keys: ['1', '2', '3', '4'] },
        },
      ]);
    }
  });

  test('each row with nothing that identifies a customer has a contact of its own', async () => {
    const rows = ['1', '2'].map((key) => ({ key, customer: name }));
    expect(await tables.importFile([...rows, { key: '3' }])).toMatchObject({ contactsCreated: 3 });
    expect(await tables.importFile([...rows, { key: '3', amount: '1.00' }])).toMatchObject({
      ...{ contactsCreated: 0, counts: { unchanged: 2, updated: 1 } },
    });
  });
});

const few = (prefix: string, of = 3) =>
  fc.option(
    fc.nat(of).map((n) => `${prefix}${n}`),
    { nil: undefined },
  );
const aCustomer = fc.record(
  {
    number: few('C'),
    email: few('e'),
    phone: few('p'),
    nameKey: few('n', 2),
    postalCode: few('z', 1),
    firstName: few('F', 2),
    company: few('K', 1),
  },
  { requiredKeys: [] },
);
const aRow = fc.record({ key: fc.nat(9).map(String), customer: aCustomer, amount: fc.nat(2).map((n) => `${n}.00`) });

test('the order of rows changes nothing, except which of the same key is last; nor do repeated imports', async () => {
  const aFile = fc.uniqueArray(aRow, { selector: ({ key }) => key, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(aFile, aFile, fc.infiniteStream(fc.nat()), async (before, rows, order) => {
      const shuffled = rows.map((row) => ({ row, at: order.next().value })).sort((a, b) => a.at - b.at);
      const states = [];
      for (const inOrder of [rows, shuffled.map(({ row }) => row)]) {
        await clear();
        await tables.importFile(before);
        const { counts } = await tables.importFile(inOrder);
        const { read, ...parts } = counts;
        expect(Object.values(parts).reduce((sum, one) => sum + one, 0)).toBe(read);
        const state = { ...(await tableState(tables)), ...(await contactsByKey(tables)) };
        // As another file, and with a mapping that knows none of the records.
        for (const version of [1, 2]) {
          const again = await tables.importFile([...inOrder, { key: `again ${version}`, customer: { number: 'C-' } }], {
            version,
          });
          expect(again.counts).toMatchObject({ inserted: 1, unchanged: inOrder.length, updated: 0 });
          await tables.pool.query(`delete from activities where key like 'again%'`);
          await tables.pool.query(`delete from contacts where customer_number = 'C-'`);
        }
        expect({ ...(await tableState(tables)), ...(await contactsByKey(tables)) }).toEqual(state);
        states.push(state);
      }
      expect(states[1]).toEqual(states[0]);
    }),
    { numRuns: 10 },
  );
});

test('counts add up and the last line counts, whatever was imported before', async () => {
  const aFile = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: aRow },
      { weight: 1, arbitrary: fc.constant({ key: 'b', bad: { code: 'x', reason: 'x' } }) },
    ),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(aFile, { minLength: 1, maxLength: 4 }), async (files) => {
      await clear();
      const last = new Map<string, string>();
      for (const rows of files) {
        const { counts, state } = await tables.importFile(rows, { maxRejectedShare: 1, path: randomUUID() });
        const { read, ...parts } = counts;
        expect(Object.values(parts).reduce((sum, one) => sum + one, 0)).toBe(read);
        if (state !== 'imported') continue;
        const winners = new Map(rows.flatMap((row) => ('amount' in row ? [[row.key, row.amount] as const] : [])));
        expect(counts.inserted).toBe([...winners.keys()].filter((key) => !last.has(key)).length);
        expect(counts.rejected).toBe(rows.filter((row) => 'bad' in row).length);
        expect(counts.superseded).toBe(rows.length - counts.rejected - winners.size);
        for (const [key, amount] of winners) last.set(key, amount);
      }
      const { activities } = await tableState(tables);
      expect(Object.fromEntries(activities.map(({ key, amount }) => [key, amount]))).toEqual(Object.fromEntries(last));
    }),
    { numRuns: 20 },
  );
});
