import { countWithinMs } from '../../api/modules/feeds/segments.ts';
import { openBulkDatabase } from '../../db/bulk.ts';
import { listActivities } from '../../db/queries/feeds/activities.ts';
import { countActivities } from '../../db/queries/feeds/segments.ts';
import type { SegmentFilter } from '../../domain/feeds/segments.ts';
import { type Figure, percentile } from '../measure.ts';
import type { Servers } from '../servers.ts';

const looks = 200;
const pageSize = 50;

const large = 'segments-large';
const usual = 'segments-0';
/** The large dealer has a tenth of the activities; these share the rest. */
const dealers = 100;

const filters: SegmentFilter[] = [
  { type: 'sold_unit', cash: false, finalPaymentFrom: '2029-01-01', finalPaymentTo: '2029-03-31' },
  { type: 'work_order', from: '2025-06-01', to: '2025-06-30' },
  { type: 'sold_unit', cash: true, from: '2025-01-01' },
  { make: 'Make 7', amountMin: '20000.00' },
];

/** The first page and the count of segments, of a dealer with a tenth of the activities and of one such as most are. */
export async function segments({ database, postgres }: Servers, activities: number): Promise<Figure[]> {
  await fill(postgres.url, activities);
  const figures: Figure[] = [];
  for (const [account, share] of [
    [usual, (activities * 0.9) / dealers],
    [large, activities / 10],
  ] as const) {
    const measured = async (what: string, look: (filter: SegmentFilter & { account: string }) => Promise<unknown>) => {
      const times: number[] = [];
      for (let n = 0; n < looks; n += 1) {
        const begun = performance.now();
        await look({ ...filters[n % filters.length]!, account });
        times.push(performance.now() - begun);
      }
      const name = `segment's ${what}, dealer with ${share} of ${activities} activities, 99th percentile`;
      figures.push({ name, ours: percentile(times, 99), unit: ' ms', target: { below: 50 } });
    };
    await measured('first page', (filter) => listActivities(database.db, filter, { limit: pageSize }));
    await measured('count', (filter) => countActivities(database.db, filter, countWithinMs));
  }
  return figures;
}

/** By SQL: imports of so many rows would take minutes. */
async function fill(url: string, activities: number): Promise<void> {
  const database = openBulkDatabase(url);
  const contacts = Math.ceil(activities / 5);
  const firstId = 1_000_000_000;
  const accountOf = (n: string) =>
    `case when ${n} % 10 = 0 then '${large}' else 'segments-' || (${n} / 10) % ${dealers} end`;
  try {
    await database.pool.query(
      `insert into contacts (id, account, dms, customer_number, first_name, last_name, name_key)
       overriding system value
       select ${firstId} + n, ${accountOf('n')}, 'ids', 'C' || n, 'Ada', 'Example ' || n, 'ada example ' || n
       from generate_series(0, ${contacts - 1}) as n`,
    );
    await database.pool.query(
      `insert into activities (account, contact_id, type, dms, key, occurred_on, amount_financed, term, monthly_payment,
         final_payment_on, amount, vin, unit_year, unit_make, unit_model, contact_rule, contact_candidates, import_id, file_id, line,
         record_hash, customer_hash)
       select ${accountOf('c')}, ${firstId} + c, case when is_sale then 'sold_unit' else 'work_order' end, 'ids', 'key:' || n, sold_on,
         case when is_financed then 4000 + r % 90000 end, case when is_financed then 12 * years end,
         case when is_financed then 300 + r % 900 end, case when is_financed then sold_on + 365 * years end,
         case when not is_sale then 45 + r % 4000 end, 'VIN' || n, 2015 + r % 11, 'Make ' || r % 40, 'Model ' || r % 400,
         'customer_number', 1, gen_random_uuid(), gen_random_uuid(), n + 2, decode(md5(n::text), 'hex'), n
       from (
         select n, r, (n / 7) % ${contacts} as c, r % 2 = 0 as is_sale, r % 2 = 0 and r % 3 > 0 as is_financed,
           3 + r % 13 as years, date '2023-01-01' + r % 1096 as sold_on
         from (select n, abs(hashint4(n) % 1000000) as r from generate_series(0, ${activities - 1}) as n) as numbers
       ) as made`,
    );
    // As PostgreSQL does by itself some time after.
    await database.pool.query('vacuum analyze contacts, activities');
  } finally {
    await database.close();
  }
}
