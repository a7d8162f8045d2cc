import type { AnyRouter } from '@tanstack/react-router';

const left = new Map<string, Record<string, unknown>>();

/** Remembers the filters of each page, for the links that lead back to it. */
export function rememberSearches(router: AnyRouter): void {
  router.subscribe('onResolved', ({ toLocation }) => left.set(toLocation.pathname, toLocation.search));
}

/** The filters with which the person has left a page in this tab; none at first. */
export function lastSearch(path: string): Record<string, unknown> {
  return left.get(path) ?? {};
}
