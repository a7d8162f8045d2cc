import type { ContactRule } from '../../../domain/feeds/feeds.ts';
import type { FeedScope, Queries } from './scope.ts';
import { fieldEnd, identityEnd, unitKinds } from './staging.ts';

/**
 * The contact check (spec: proresponse-feeds.md, Rules), for all customers of a file at once and in an order of its own, so that the
 * file's order does not matter. Those with a customer number come first, then those known by an email, and so on: what is known by
 * less also finds the contacts that were made for those before.
 */

interface Step {
  kind: number;
  rule: ContactRule;
  /** What a contact `x` and a customer `c` must have in common. */
  same: string;
  /** Of the customer `c`: present, and equal for those whom the rule takes for the same. */
  value: string;
}

const steps: readonly Step[] = [
  {
    kind: unitKinds.number,
    rule: 'customer_number',
    same: 'x.dms = $4 and x.customer_number = c.number',
    value: 'c.number',
  },
  { kind: unitKinds.email, rule: 'email', same: 'x.email = c.email', value: 'c.email' },
  { kind: unitKinds.phone, rule: 'phone', same: 'x.phone = c.phone', value: 'c.phone' },
  {
    kind: unitKinds.name,
    rule: 'name_postal_code',
    same: 'x.name_key = c.name_key and x.postal_code = c.postal_code',
    value: `c.name_key || '${fieldEnd}' || c.postal_code`,
  },
];

export interface MatchedContacts {
  contactsFound: number;
  contactsCreated: number;
}

/**
 * Finds or makes a contact for each unit of the staged rows that need one: the table `found` has it. The dealer's contacts must be
 * locked. @param scope whose activities the rows are
 */
export async function matchContacts(client: Queries, { account, dms }: FeedScope): Promise<MatchedContacts> {
  await client.query(`
    create temp table found (
      unit text collate "C" not null, contact_id bigint not null, rule text not null, candidates smallint not null
    ) on commit drop`);
  await followMerged(client, account);
  const kinds = await findCustomers(client);
  for (const [index, { kind }] of steps.entries()) {
    if (!kinds.has(kind)) continue;
    const mayFind = await hasContacts(client, account);
    for (const step of mayFind ? steps.slice(index) : []) {
      if (kind === unitKinds.number && step.kind !== kind) await matchWithoutNumber(client, { account, dms }, step);
      else await match(client, { account, dms }, kind, step);
    }
    await create(client, { account, dms }, kind);
    if (mayFind) await fillIn(client, kind);
  }
  if (kinds.has(unitKinds.none)) await create(client, { account, dms }, unitKinds.none);
  const { rows } = await client.query<{ found: number; created: number }>(`
    select count(distinct contact_id) filter (where rule <> 'created')::int as found,
      count(*) filter (where rule = 'created')::int as created from found`);
  return { contactsFound: rows[0]!.found, contactsCreated: rows[0]!.created };
}

type Dealer = Pick<FeedScope, 'account' | 'dms'>;

/** A dealer's first file finds none. */
async function hasContacts(client: Queries, account: string): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(
    'select exists (select from contacts where account = $1) as has',
    [account],
  );
  return rows[0]!.has;
}

/** Contacts that were merged, each with the one that has replaced it. */
async function followMerged(client: Queries, account: string): Promise<void> {
  await client.query(`create temp table merged (id bigint primary key, root bigint not null) on commit drop`);
  await client.query(
    `with recursive up (id, root) as (
       select id, merged_into from contacts where account = $1 and merged_into is not null
       union
       select up.id, contacts.merged_into from up join contacts on contacts.id = up.root
       where contacts.merged_into is not null
     )
     insert into merged select up.id, up.root from up join contacts on contacts.id = up.root
     where contacts.merged_into is null`,
    [account],
  );
}

/** The table `customers`: each unit of the rows that need a contact, with what these rows say of it. @returns their kinds */
async function findCustomers(client: Queries): Promise<Set<number>> {
  await client.query(`
    create temp table customers (
      unit text collate "C" not null, kind smallint not null, number text collate "C", email text collate "C", phone text collate "C",
      name_key text collate "C", postal_code text collate "C", first_name text, last_name text, company text
    ) on commit drop`);
  // Names that belong together stay together; what else rows of one customer have is taken by content.
  await client.query(`
    insert into customers
    select unit, left(unit, 1)::smallint, number, email, phone, names[1], postal_code, names[2], names[3],
      coalesce(names[4], company)
    from (
      select unit, min(i[1]) as number, min(i[2]) as email, min(i[3]) as phone,
        min(i[5]) as postal_code, min(n[3]) as company,
        string_to_array(min(i[4] || '${fieldEnd}' || names), '${fieldEnd}', '') as names
      from (
        select unit, names, string_to_array(identity, '${fieldEnd}', '') as i, string_to_array(names, '${fieldEnd}', '') as n
        from (
          select unit, split_part(customer, '${identityEnd}', 1) as identity, split_part(customer, '${identityEnd}', 2) as names
          from (
            select unit, customer from staged
            where not exists (select from existing where existing.line = staged.line and existing.keeps_contact)
            group by unit, customer
          ) as distinct_ones
          offset 0
        ) as split
        offset 0
      ) as fields
      group by unit
    ) as units`);
  await client.query('analyze customers');
  const { rows } = await client.query<{ kind: number }>('select distinct kind from customers');
  return new Set(rows.map(({ kind }) => kind));
}

/**
 * The contacts `x` that have in common with a customer what a step says, each looked up in an index. The planner has no statistics
 * about contacts that were just created, and may otherwise compare every customer with every contact.
 */
const contactsWith = (same: string) =>
  `cross join lateral (select x.* from contacts x where x.account = $1 and ${same} offset 0) as x`;

const unmatched = 'not exists (select from found where found.unit = c.unit)';

/** Takes the oldest contact that the step's rule finds. */
async function match(client: Queries, { account, dms }: Dealer, kind: number, { rule, same, value }: Step) {
  // Of each value once: thousands of customers may share a phone number with thousands of contacts.
  await client.query(
    `with customers_left as materialized (
       select c.*, ${value} as value from customers c where c.kind = $3 and ${value} is not null and ${unmatched}
     ), values_found as (
       select c.value, min(coalesce(merged.root, x.id)) as id, count(distinct coalesce(merged.root, x.id)) as candidates
       from (select distinct on (value) * from customers_left) as c
       ${contactsWith(same)} left join merged on merged.id = x.id
       group by c.value
     )
     insert into found
     select unit, id, $2, least(candidates, 32767) from customers_left join values_found using (value)`,
    [account, rule, kind, ...(rule === 'customer_number' ? [dms] : [])],
  );
}

/**
 * For customers whose number no contact has: contacts with another number of the same DMS are left out, and one without a number
 * becomes that of one customer. Of several customers with, for example, one email, the first number gets the oldest contact.
 */
async function matchWithoutNumber(client: Queries, { account, dms }: Dealer, { rule, same, value }: Step) {
  await client.query(
    `with customers_left as materialized (
       select c.*, ${value} as value, row_number() over (partition by ${value} order by unit) as n
       from customers c where c.kind = ${unitKinds.number} and ${value} is not null and ${unmatched}
     ), eligible as materialized (
       select distinct c.value, root.id, root.customer_number is null as is_free
       from customers_left c
       ${contactsWith(`${same} and (x.customer_number is null or x.dms <> $2)`)}
       left join merged on merged.id = x.id
       join contacts root on root.id = coalesce(merged.root, x.id) and (root.customer_number is null or root.dms <> $2)
       where c.n = 1
     ), free as (
       select value, id, row_number() over (partition by value order by id) as n, count(*) over (partition by value) as all
       from eligible where is_free
     ), taken as (
       select value, min(id) as id, count(*) as all from eligible where not is_free group by value
     ), choices as (
       select unit, free.id is not null and (taken.id is null or free.id < taken.id) as is_free, free.id as free_id,
         taken.id as taken_id, coalesce(free.all - n + 1, 0) + coalesce(taken.all, 0) as candidates
       from customers_left left join free using (value, n) left join taken using (value)
     ), chosen as (
       select unit, case when is_free then free_id else taken_id end as id, is_free, candidates,
         row_number() over (partition by case when is_free then free_id else taken_id end, is_free order by unit) as place
       from choices
     )
     insert into found
     select unit, id, $3, least(candidates, 32767) from chosen where id is not null and (not is_free or place = 1)`,
    [account, dms, rule],
  );
  await client.query(
    `update contacts set dms = $1, customer_number = c.number, updated_at = now()
     from found join customers c on c.unit = found.unit
     where found.rule = $2 and c.kind = ${unitKinds.number} and contacts.id = found.contact_id and contacts.customer_number is null`,
    [dms, rule],
  );
}

/** Makes a contact for each customer that was not found, in an order by content. */
async function create(client: Queries, { account, dms }: Dealer, kind: number): Promise<void> {
  await client.query(
    `with made as materialized (
       select nextval((select pg_get_serial_sequence('contacts', 'id')::regclass)) as id, c.*
       from (select * from customers c where kind = $3 and ${unmatched} order by unit) as c
     ), inserted as (
       insert into contacts (id, account, dms, customer_number, email, phone, first_name, last_name, company, postal_code, name_key)
       overriding system value
       select id, $1, case when number is not null then $2 end, number, email, phone, first_name, last_name, company, postal_code,
         name_key from made
     )
     insert into found select unit, id, 'created', 0 from made`,
    [account, dms, kind],
  );
}

/** What a found contact does not have yet; what it has stays. */
async function fillIn(client: Queries, kind: number): Promise<void> {
  await client.query(
    `update contacts set email = coalesce(contacts.email, of_file.email), phone = coalesce(contacts.phone, of_file.phone),
       postal_code = coalesce(contacts.postal_code, of_file.postal_code),
       company = coalesce(contacts.company, of_file.company),
       name_key = coalesce(contacts.name_key, of_file.names[1]),
       first_name = case when contacts.name_key is null then of_file.names[2] else first_name end,
       last_name = case when contacts.name_key is null then of_file.names[3] else last_name end,
       updated_at = now()
     from (
       select found.contact_id, min(email) as email, min(phone) as phone, min(postal_code) as postal_code, min(company) as company,
         string_to_array(min(name_key || '${fieldEnd}' || coalesce(first_name, '') || '${fieldEnd}' || coalesce(last_name, '')),
           '${fieldEnd}', '') as names
       from found join customers c on c.unit = found.unit
       where c.kind = $1 and found.rule <> 'created'
       group by found.contact_id
     ) as of_file
     where contacts.id = of_file.contact_id and (
       contacts.email is null and of_file.email is not null or contacts.phone is null and of_file.phone is not null
       or contacts.postal_code is null and of_file.postal_code is not null
       or contacts.company is null and of_file.company is not null
       or contacts.name_key is null and of_file.names is not null)`,
    [kind],
  );
}
