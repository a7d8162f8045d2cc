import { parse } from 'csv-parse/sync';
import { like } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportOf } from '../../api/modules/feeds/activityExport.ts';
import { activities } from '../../db/schema/feeds.ts';
import { events } from '../../db/schema/shared.ts';
import { importActivities, kim, pat } from '../support/activities.ts';
import { serviceForFile } from '../support/serviceForFile.ts';

const { service, api } = await serviceForFile({ withoutWorker: true });

interface Shown extends Record<string, unknown> {
  id: string;
  title: string;
  date: string;
  contact: { id: string };
  unit: { vin: string | null; soldUnit: string | null };
}
interface Page {
  activities: Shown[];
  nextCursor: string | null;
  errors: { path: string; message: string }[];
}

const vin = '1HGCM82633A004352';
const financed = { amountFinanced: '25000.00', term: 120, monthlyPayment: '310.50', finalPaymentOn: '2036-01-10' };
const order = { workOrderNumber: '4711', amount: '120.50', description: 'Forest River Cherokee', vin };

const keys = new Map<string, string>();
const list = async (query: string, account = 'D-1001') =>
  (await api.get<Page>('finn', `/v1/activities?account=${account}${query && `&${query}`}`)).body;
/** The rows' keys. */
const found = async (query: string) => (await list(query)).activities.map(({ id }) => keys.get(id));
const idOf = (key: string) => [...keys].find(([, one]) => one === key)![0];

beforeAll(async () => {
  await importActivities(service, [
    { key: 'cash', occurredOn: '2026-01-31', customer: kim, vin, unitMake: 'Forest River', unitModel: 'Cherokee' },
    { key: 'financed', occurredOn: '2026-02-10', customer: kim, ...financed, unitMake: 'Winnebago', unitYear: 2025 },
    { key: 'later', occurredOn: '2026-02-10', customer: pat, amountFinanced: '900.00', term: 12 },
  ]);
  await importActivities(
    service,
    [
      { key: 'order', occurredOn: '2026-03-01', customer: { email: kim.email }, ...order },
      {
        key: 'derived',
        occurredOn: '2025-12-01',
        customer: pat,
        workOrderNumber: 'D-00AB',
        isNumberDerived: true,
        amount: '-12.00',
      },
    ],
    { type: 'work_order' },
  );
  await importActivities(service, [{ key: 'elsewhere', customer: kim, vin, ...financed }], { account: 'D-1002' });
  for (const { id, key } of await service.db.select().from(activities)) keys.set(String(id), key);
});

describe('activities are listed', () => {
  it('the latest first, of their dealer only, in pages', async () => {
    const all = ['order', 'later', 'financed', 'cash', 'derived'];
    expect(await found('')).toEqual(all);
    const paged: (string | undefined)[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.activities.map(({ id }) => keys.get(id)));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await list('', 'D-1002')).activities.map(({ id }) => keys.get(id))).toEqual(['elsewhere']);
    expect((await list('', 'D-1003')).activities).toEqual([]);
  });

  it.each([
    ['type=sold_unit', ['later', 'financed', 'cash']],
    ['type=work_order', ['order', 'derived']],
    ['from=2026-02-10', ['order', 'later', 'financed']],
    ['from=2026-01-31&to=2026-02-10', ['later', 'financed', 'cash']],
    ['cash=true', ['cash']],
    ['cash=false', ['later', 'financed']],
    ['amountMin=900', ['later', 'financed']],
    ['amountMin=120.5&amountMax=900.00', ['order', 'later']],
    ['amountMax=-0.01', ['derived']],
    ['termMin=13', ['financed']],
    ['termMin=12&termMax=12', ['later']],
    ['finalPaymentFrom=2036-01-10', ['financed']],
    ['finalPaymentTo=2036-01-09', []],
    ['make=forest%20RIVER', ['cash']],
    ['make=forest', []],
    ['make=%25', []],
    ['model=cherokee', ['cash']],
    [`vin=${vin.toLowerCase()}`, ['order', 'cash']],
    ['vin=1HGCM-82633A-004352&type=work_order', ['order']],
  ])('by %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('by contact, and never another dealer’s', async () => {
    const { contact } = (await list('cash=true')).activities[0]!;
    expect(await found(`contact=${contact.id}`)).toEqual(['order', 'financed', 'cash']);
    expect((await list(`contact=${contact.id}`, 'D-1002')).activities).toEqual([]);
  });

  it.each([
    ['', 'query account', /is missing/],
    ['account=D%231', 'query account', 'is "D#1": an identifier has no #'],
    ['account=D-1001&columns=VIN', 'query columns', 'is not a field here: correct or remove it'],
    ['account=D-1001&type=lead', 'query type', /sold_unit/],
    ['account=D-1001&from=2026-02-30', 'query from', /date/],
    ['account=D-1001&from=0000-01-01', 'query from', /years 1 to 9999/],
    ['account=D-1001&from=2026-02-02&to=2026-02-01', 'query to', /wrong way round/],
    ['account=D-1001&amountMin=10&amountMax=9.99', 'query amountMax', /wrong way round/],
    ['account=D-1001&amountMin=', 'query amountMin', /an amount such as/],
    ['account=D-1001&amountMin=1e3', 'query amountMin', /an amount such as/],
    ['account=D-1001&termMin=24&termMax=12', 'query termMax', /wrong way round/],
    ['account=D-1001&termMin=', 'query termMin', /must be/],
    ['account=D-1001&finalPaymentFrom=2036-01-01&finalPaymentTo=2035-01-01', 'query finalPaymentTo', /wrong way/],
    ['account=D-1001&cash=yes', 'query cash', 'must be true or false'],
    ['account=D-1001&cash=true&termMin=12', 'query termMin', /does not apply to cash purchases/],
    ['account=D-1001&type=work_order&cash=true', 'query cash', /Sold Units only/],
    ['account=D-1001&vin=--', 'query vin', /no letter and no digit/],
    ['account=D-1001&contact=1%27', 'query contact', /digits/],
    ['account=D-1001&cursor=nonsense', 'query cursor', 'must be a nextCursor'],
    ['account=D-1001&type=sold_unit&type=work_order', 'query type', /sold_unit/],
  ])('not by %s', async (query, path, message) => {
    const { status, body } = await api.get<Page>('finn', `/v1/activities?${query}`);
    expect([status, body.errors]).toEqual([
      400,
      [{ path, message: typeof message === 'string' ? message : expect.stringMatching(message) }],
    ]);
  });
});

describe('an activity', () => {
  const shown = async (key: string) => (await api.get<Shown>('finn', `/v1/activities/${idOf(key)}`)).body;

  it('that is financed has the finance fields, and Sold Date in place of the created date', async () => {
    expect(await shown('financed')).toMatchObject({
      ...{ account: 'D-1001', dms: 'ids', type: 'sold_unit', title: 'Sold Unit', workOrder: null },
      ...{ date: '2026-02-10', dateLabel: 'Sold Date', cashPurchase: false },
      finance: {
        ...{ applicable: true, amountFinanced: '25000.00', term: 120, monthlyPayment: '310.50' },
        finalPaymentDate: '2036-01-10',
      },
      unit: { make: 'Winnebago', year: 2025, vin: null },
      source: { file: 'x_SL.csv', line: 3 },
    });
  });

  it('that was paid in cash has none that apply', async () => {
    expect(await shown('cash')).toMatchObject({ cashPurchase: true, finance: { applicable: false }, workOrder: null });
  });

  it('of service has its number, also a derived one, and the dealer’s own sale of its unit', async () => {
    const ofService = { title: 'Work Order', dateLabel: 'Work Order Date', cashPurchase: null, finance: null };
    expect(await shown('order')).toMatchObject({
      ...ofService,
      workOrder: { number: '4711', isNumberDerived: false, amount: '120.50', description: order.description },
      unit: { vin, soldUnit: idOf('cash') },
    });
    expect(await shown('derived')).toMatchObject({
      ...ofService,
      workOrder: { number: 'D-00AB', isNumberDerived: true, amount: '-12.00' },
      unit: { soldUnit: null },
    });
  });

  it('is the contact’s for a reason that is explained', async () => {
    const match = async (key: string) => (await api.get('finn', `/v1/activities/${idOf(key)}/match`)).body;
    // Both rows are of one file and of the same customer, whom no contact was before.
    const choice =
      'A new contact was created for it and the other rows of this customer in the same import, if there were any.';
    expect(await match('financed')).toMatchObject({ rule: 'created', choice });
    expect(await match('cash')).toMatchObject({
      ...{ activity: idOf('cash'), rule: 'created', compared: [], candidates: 0, choice },
      ruleInWords: expect.stringMatching(/^When this row was imported, no contact of the dealer had /),
      contact: {
        account: 'D-1001',
        name: 'Kim Example',
        phone: '+15125550100',
        customerNumber: 'C1',
        mergedInto: null,
      },
    });
    expect(await match('order')).toMatchObject({
      rule: 'email',
      ruleInWords:
        'A contact of the dealer had the same email, and no other customer number of IDS; the stronger rules had found none.',
      compared: [{ field: 'email', label: 'Email', value: 'kim@example.com' }],
      ...{ candidates: 1, choice: 'It was the only one that was found.' },
    });
    expect(await match('derived')).toMatchObject({
      ...{ rule: 'customer_number', ruleInWords: 'A contact of the dealer had the same customer number.' },
      compared: [{ field: 'customerNumber', label: 'Customer number', value: 'C2' }],
    });
  });

  it('that is not there is a 404, and what is no ID a 400', async () => {
    for (const path of ['', '/match']) {
      expect(await api.get('finn', `/v1/activities/999999999999999999${path}`)).toMatchObject({
        ...{ status: 404, body: { detail: 'There is no activity 999999999999999999.' } },
      });
      for (const id of ['0', '-1', '1.5', '9999999999999999999', 'x'])
        expect([id, (await api.get('finn', `/v1/activities/${id}${path}`)).status]).toEqual([id, 400]);
    }
  });
});

describe('a contact', () => {
  it('is shown with its timeline, in pages', async () => {
    const { contact } = (await list('cash=true')).activities[0]!;
    expect((await api.get('finn', `/v1/contacts/${contact.id}`)).body).toMatchObject({
      ...{ id: contact.id, account: 'D-1001', name: 'Kim Example', email: 'kim@example.com', mergedInto: null },
    });
    const timeline = (query: string) => api.get<Page>('finn', `/v1/contacts/${contact.id}/timeline?${query}`);
    const first = (await timeline('limit=2')).body;
    const next = (await timeline(`limit=2&cursor=${first.nextCursor}`)).body;
    const shown = [...first.activities, ...next.activities].map(({ id }) => keys.get(id));
    expect([shown, next.nextCursor]).toEqual([['order', 'financed', 'cash'], null]);
    const { nextCursor } = await list('limit=1');
    expect(await timeline(`cursor=${nextCursor}`)).toMatchObject({ status: 400 });
  });

  it('that is not there is a 404', async () => {
    for (const path of ['', '/timeline'])
      expect(await api.get('finn', `/v1/contacts/999999999${path}`)).toMatchObject({
        ...{ status: 404, body: { detail: 'There is no contact 999999999.' } },
      });
  });
});

describe('an export', () => {
  const exported = (query: string) => api.get('finn', `/v1/activities.csv?${query}`);
  const rowsOf = (text: string): Record<string, string>[] => parse(text, { bom: true, columns: true });
  const trail = async () => {
    const rows = await service.db
      .select()
      .from(events)
      .where(like(events.subject, 'export/%'))
      .orderBy(events.sequence);
    return rows.map(({ by, account, action, detail }) => [by, account, action, detail]);
  };

  it('has what the list has, and "not applicable" where a unit was paid in cash', async () => {
    const { status, text, headers } = await exported('account=D-1001');
    expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
      200,
      'text/csv; charset=utf-8',
      'attachment; filename="activities-D-1001.csv"',
    ]);
    const rows = rowsOf(text);
    expect(rows.map((row) => keys.get(row['Activity ID']!))).toEqual(['order', 'later', 'financed', 'cash', 'derived']);
    expect(rows[2]).toMatchObject({
      ...{ Type: 'Sold Unit', Date: '2026-02-10', Contact: 'Kim Example', 'Cash Purchase': 'No', Term: '120' },
      ...{ 'Amount Financed': '25000', 'Monthly Payment': '310.5', 'Final Payment Date': '2036-01-10' },
    });
    const none = 'not applicable';
    expect(rows[3]).toMatchObject({
      ...{ 'Cash Purchase': 'Yes', 'Amount Financed': none, Term: none, 'Monthly Payment': none },
      ...{ 'Final Payment Date': none, 'Work Order Number': '' },
    });
    expect(rows[4]).toMatchObject({
      ...{ 'Cash Purchase': '', 'Amount Financed': '', 'Work Order Number': 'D-00AB', 'Number Derived': 'Yes' },
      'Work Order Amount': '-12',
    });
  });

  it('of any length is whole, and nothing in it is a formula', async () => {
    const texts = ['=1+1', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', 'a "quoted", text'];
    const rows = Array.from({ length: 1_203 }, (_one, index) => ({
      key: `n${index}`,
      customer: { number: `N${index}`, firstName: texts[index % texts.length]! },
      unitModel: texts[index % texts.length]!,
    }));
    await importActivities(service, rows, { account: 'D-1004' });
    const shown = rowsOf((await exported('account=D-1004')).text);
    expect(new Set(shown.map((row) => row['Activity ID'])).size).toBe(1_203);
    const models = new Set(shown.map(({ Model }) => Model!));
    expect(models).toEqual(new Set(texts.map((text) => (text.startsWith('a') ? text : `'${text}`))));
    for (const row of shown) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('is in the audit trail: who, which filter and how many, and nothing of a customer', async () => {
    await service.db.delete(events);
    await exported(`account=D-1001&from=2026-01-01&cash=true&vin=${vin}`);
    await exported('account=D-1003');
    expect(await trail()).toEqual([
      ['finn', 'D-1001', 'Export of activities begun', 'from: "2026-01-01"; cash: true; of one VIN'],
      ['finn', 'D-1001', 'Activities exported', 'activities: 1'],
      ['finn', 'D-1003', 'Export of activities begun', 'all activities of the dealer'],
      ['finn', 'D-1003', 'Activities exported', 'activities: 0'],
    ]);
  });

  it('that its reader cuts off is in the audit trail as such', async () => {
    await service.db.delete(events);
    const lines = await exportOf(service.db, { account: 'D-1004' }, { by: 'finn', keyId: null });
    for (let page = 0; page < 2; page += 1) await lines.next();
    await lines.return(undefined);
    expect((await trail()).at(-1)).toEqual(['finn', 'D-1004', 'Export of activities cut off', 'activities: 500']);
  });

  it('of a wrong filter is refused before it begins', async () => {
    await service.db.delete(events);
    for (const query of ['', 'account=D-1001&limit=5', 'account=D-1001&from=2026-02-02&to=2026-02-01'])
      expect([query, (await exported(query)).status]).toEqual([query, 400]);
    expect(await trail()).toEqual([]);
  });
});

it('a lead export leaves out both types of activities, whatever feeds the dealer has', async () => {
  expect((await api.get('reader', '/v1/lead-exports/D-1001/exclusions')).body).toEqual({
    account: 'D-1001',
    activityTypes: [
      { type: 'sold_unit', title: 'Sold Unit' },
      { type: 'work_order', title: 'Work Order' },
    ],
  });
});

it('nobody reads them without the scope contacts:read', async () => {
  const [one, contact] = [`activities/${idOf('cash')}`, 'contacts/1'];
  const personal = [one, `${one}/match`, 'activities?account=D-1001', 'activities.csv?account=D-1001'];
  for (const path of [...personal, contact, `${contact}/timeline`]) {
    expect(await api.get('reader', `/v1/${path}`)).toMatchObject({
      ...{ status: 403, body: { detail: 'This needs an API key with the scope contacts:read; yours has read.' } },
    });
  }
});
