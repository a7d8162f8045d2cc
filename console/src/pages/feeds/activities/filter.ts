import type * as z from 'zod/mini';
import type { components } from '../../../app/api.generated.ts';
import type { activitySearch } from '../search.ts';

/** The filters of activities, as texts. */
export type ActivitySearch = z.infer<typeof activitySearch> & { vin?: string };
declare module '@tanstack/react-router' {
  interface HistoryState {
    /** By which activities are searched: browsers and proxies keep addresses, and a VIN says whose vehicle it is. */
    vin?: string;
  }
}

/** Where the page with these filters is: the address, and what of them is not in it. */
export function placeOf({ vin, ...search }: ActivitySearch) {
  return { search, state: { vin } };
}
type Filter = components['schemas']['ActivityFilter'];
export type SavedFilter = components['schemas']['SavedActivityFilter'];

/** As the API takes them in a segment: what cannot be read as a number is left to the API to refuse. */
export function filterOf({ account: _, contact: _2, cash, termMin, termMax, ...texts }: ActivitySearch): Filter {
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  return {
    ...texts,
    cash: cash === undefined ? undefined : cash === 'true',
    termMin: number(termMin),
    termMax: number(termMax),
  };
}

/** The other way: a segment's filter as the page has it. */
export function searchOf({ cash, termMin, termMax, ...texts }: SavedFilter): ActivitySearch {
  const text = (number: number | undefined) => (number === undefined ? undefined : String(number));
  return {
    ...texts,
    cash: cash === undefined ? undefined : cash ? 'true' : 'false',
    termMin: text(termMin),
    termMax: text(termMax),
  };
}

const ofFinanced = ['termMin', 'termMax', 'finalPaymentFrom', 'finalPaymentTo'] as const;
const ofSales = ['cash', ...ofFinanced] as const;
const notOfCash = ['amountMin', 'amountMax', ...ofFinanced] as const;

/** Which filters do not apply, given the others: the API would refuse them. */
export function notFitting({ type, cash }: ActivitySearch): readonly (keyof ActivitySearch)[] {
  if (type === 'work_order') return ofSales;
  return cash === 'true' ? notOfCash : [];
}

/** The filters without those that do not apply. */
export function fitting(search: ActivitySearch): ActivitySearch {
  const left = { ...search };
  for (const name of notFitting(search)) delete left[name];
  return left;
}

/** Why these filters cannot be those of a segment; undefined when they can. */
export function notToSave({ account: _, contact, ...filters }: ActivitySearch): string | undefined {
  if (contact !== undefined) return 'A segment is not of one contact: remove that filter first.';
  return Object.values(filters).some((value) => value !== undefined) ? undefined : 'Choose a filter first.';
}

/** Whether two filters find the same, however their parts are ordered. */
export function isSameFilter(one: ActivitySearch, other: ActivitySearch): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ActivitySearch>;
  names.delete('account');
  return [...names].every((name) => (one[name] ?? '') === (other[name] ?? ''));
}

export const filterTitles = {
  type: 'Type',
  from: 'From',
  to: 'To',
  cash: 'Payment',
  amountMin: 'Amount, at least',
  amountMax: 'Amount, at most',
  termMin: 'Term in months, at least',
  termMax: 'Term in months, at most',
  finalPaymentFrom: 'Final Payment Date from',
  finalPaymentTo: 'Final Payment Date to',
  make: 'Make',
  model: 'Model',
  vin: 'VIN',
} as const;

const names = Object.entries(filterTitles);
/** Of problems, by the path of what was sent. */
export const filterLabels: Record<string, string> = {
  'query account': 'Dealer ID',
  ...Object.fromEntries(names.map(([name, title]) => [`query ${name}`, title])),
  ...Object.fromEntries(names.map(([name, title]) => [`/filter/${name}`, title])),
};
