/**
 * The part of an address after `?`, as it is: `account=0042` is the text `0042` and not a number. A name that occurs several times
 * is an array. Each page's schema says what it takes.
 */
export function parseSearch(text: string): Record<string, string | string[]> {
  const given = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(given.keys())].map((name) => {
      const values = given.getAll(name);
      return [name, values.length > 1 ? values : values[0]!];
    }),
  );
}

/** The same the other way; what is empty is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of [value].flat())
      if (one !== undefined && one !== null && one !== '') said.append(name, String(one));
  }
  return said.size > 0 ? `?${said}` : '';
}
