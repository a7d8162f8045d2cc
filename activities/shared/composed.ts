export type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/**
 * All activities together, since a worker knows them by their names only.
 * @param sets by whose they are, such as `cancellations`
 * @throws Error when two sets have an activity of the same name: one would replace the other silently
 */
export function composed(sets: Record<string, Activities>): Activities {
  const owners = new Map<string, string>();
  const together: Activities = {};
  for (const [owner, activities] of Object.entries(sets)) {
    for (const [name, activity] of Object.entries(activities)) {
      const other = owners.get(name);
      if (other) throw new Error(`The activity ${name} is both of ${other} and of ${owner}: rename one of them`);
      owners.set(name, owner);
      together[name] = activity;
    }
  }
  return together;
}
