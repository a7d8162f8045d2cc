/** What the server says has changed, by kind: IDs, as `GET /v1/changes` describes it. */
export type Changed = { everything?: boolean } & { [kind: string]: string[] | boolean | undefined };

/** Of each kind: the queries of lists and counts in which it is, and the queries of the one with an ID. */
const queriesOf: Readonly<Record<string, { lists: readonly string[]; one: readonly string[] }>> = {
  tasks: { lists: ['tasks', 'overview', 'search'], one: ['task'] },
  cancellations: { lists: ['cancellations', 'overview', 'search'], one: ['cancellation'] },
  // Imports and onboardings; a run has an ID that is not said.
  feeds: { lists: ['feeds', 'feed health', 'feed run', 'onboardings'], one: ['feed', 'rejected rows', 'onboarding'] },
  dealers: { lists: ['dealers', 'search'], one: ['dealer'] },
  people: { lists: ['people'], one: ['person'] },
};

/**
 * The queries that a change concerns, by their keys: a list by its first part, such as `['tasks', ...]`, and one of its items by
 * the first two, such as `['task', id, ...]`. Who is signed in is not asked again.
 */
export function queriesToRefresh({ everything, ...kinds }: Changed) {
  const names = new Set<unknown>();
  const items = new Set<string>();
  for (const [kind, ids] of Object.entries(kinds)) {
    const queries = queriesOf[kind];
    if (!queries || !Array.isArray(ids)) continue;
    for (const name of queries.lists) names.add(name);
    for (const id of ids) for (const name of queries.one) items.add(`${name} ${id}`);
  }
  return {
    predicate: ({ queryKey: [name, id] }: { queryKey: readonly unknown[] }) =>
      name !== 'session' && (everything === true || names.has(name) || items.has(`${name} ${id}`)),
  };
}
