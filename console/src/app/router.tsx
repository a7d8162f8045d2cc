import { Anchor, type AnchorProps } from '@mantine/core';
import { type MouseEvent, type ReactNode, useEffect, useSyncExternalStore } from 'react';

const changed = 'dealerops:navigated';

/** Goes to another page of the console. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  window.dispatchEvent(new Event(changed));
  if (!replace) window.scrollTo(0, 0);
}

function subscribe(onChange: () => void) {
  window.addEventListener('popstate', onChange);
  window.addEventListener(changed, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(changed, onChange);
  };
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** How each list was filtered when it was last shown. */
const left = new Map<string, string>();

/** The address of a list as the person has left it, to go back to. */
export function asLeft(path: string): string {
  return path + (left.get(path) ?? '');
}

/** The filters in the page's address, so that a filtered list can be bookmarked and sent to others. */
export function useFilters(): [URLSearchParams, (name: string, value: string | null) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  useEffect(() => void left.set(location.pathname, search), [search]);
  const filters = new URLSearchParams(search);
  const set = (name: string, value: string | null) => {
    const next = new URLSearchParams(location.search);
    if (value) next.set(name, value);
    else next.delete(name);
    navigate(`${location.pathname}${next.size > 0 ? `?${next}` : ''}`, { replace: true });
  };
  return [filters, set];
}

/** A link to another page of the console; opens in a new tab where the person asks the browser for it. */
export function Link({
  to,
  children,
  ...rest
}: AnchorProps & { to: string; children: ReactNode; title?: string; 'aria-current'?: 'page' }) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <Anchor href={to} onClick={follow} {...rest}>
      {children}
    </Anchor>
  );
}
