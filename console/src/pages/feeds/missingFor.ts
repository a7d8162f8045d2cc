import type { Feed } from './words.ts';

/** Why the person cannot do this with the feed now; undefined when they can. */
export function missingFor(
  { allowedActions }: Feed,
  action: Feed['allowedActions'][number]['action'],
): string | undefined {
  return allowedActions.find((one) => one.action === action)?.missing ?? undefined;
}
