import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { NavigateOptions } from '@tanstack/react-router';
import { isIntegrationName, vendorTitle } from '../../../domain/shared/vendors.ts';
import { stateWords } from '../parts/StateBadge.tsx';
import { api, bodyOf, type ListedDealer, type SearchResult } from './api.ts';
import { beginnings, places } from './places.ts';
import { useSession } from './session.tsx';

/** Something that the palette leads to. */
export interface Entry {
  /** Unique on the page. */
  id: string;
  label: string;
  description?: string;
  aside?: string;
  to: NavigateOptions;
}

interface Found {
  groups: { title: string; entries: Entry[] }[];
  /** What may be missing, or why nothing can be found. */
  note: string | null;
  isSearching: boolean;
}

/** What a text finds; without one pages and the dealers with the latest activity. */
export function useFound(text: string, isWanted: boolean): Found {
  const session = useSession();
  const found = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => bodyOf(api.GET('/v1/search', { params: { query: { q: text } }, signal })),
    enabled: isWanted && text !== '',
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const recent = useQuery({
    queryKey: ['dealers', 'recent'],
    queryFn: () => bodyOf(api.GET('/v1/dealers', { params: { query: { limit: 5 } } })),
    enabled: isWanted && text === '',
    refetchInterval: false,
  });
  const has = (title: string) => title.toLowerCase().includes(text.toLowerCase());
  const pages = [
    ...places
      .filter(({ title, may }) => has(title) && (may?.(session) ?? true))
      .map(({ to, title }): Entry => ({ id: `page-${title}`, label: title, to: { to } as NavigateOptions })),
    ...beginnings
      .filter(({ title, may }) => may(session) && has(`New ${title}`))
      .map(
        ({ to, title }): Entry => ({
          id: `new-${title}`,
          label: `New ${title.toLowerCase()}`,
          to: { to } as NavigateOptions,
        }),
      ),
  ];
  const result = text === '' ? undefined : found.data;
  const groups = [
    { title: 'Dealers', entries: (result?.dealers ?? []).map(dealerEntry) },
    { title: 'Tasks', entries: (result?.tasks ?? []).map(taskEntry) },
    { title: 'Cancellations', entries: (result?.cancellations ?? []).map(cancellationEntry) },
    { title: 'Pages', entries: pages },
    { title: 'Recent dealers', entries: text === '' ? (recent.data?.dealers ?? []).map(dealerEntry) : [] },
  ];
  return {
    groups: groups.filter(({ entries }) => entries.length > 0),
    note: (found.error && text !== '' ? found.error.message : null) ?? (notesOf(result) || null),
    isSearching: text !== '' && found.isFetching,
  };
}

/** What a search may have missed. */
function notesOf(result?: SearchResult): string {
  const unknown = result && !result.cancellations ? 'Cancellations cannot be searched now.' : null;
  return [result?.incomplete, unknown].filter(Boolean).join(' ');
}

function dealerEntry({ account, name, openTasks, matched }: ListedDealer): Entry {
  const facts = [name && account, matched && `${matched.label} ${matched.value}`];
  return {
    id: `dealer-${account}`,
    label: name ?? `Dealer ${account}`,
    description: facts.filter(Boolean).join(' · ') || undefined,
    aside: openTasks > 0 ? (openTasks === 1 ? '1 open task' : `${openTasks} open tasks`) : undefined,
    to: { to: '/dealers/$account', params: { account } } as NavigateOptions,
  };
}

function taskEntry({ id, title, dealerName, account, matched, state }: SearchResult['tasks'][number]): Entry {
  const facts = [dealerName, account, matched && `${matched.label}: ${matched.value}`];
  return {
    id: `task-${id}`,
    label: title,
    description: facts.filter(Boolean).join(' · ') || undefined,
    aside: stateWords(state),
    to: { to: '/tasks/$id', params: { id } } as NavigateOptions,
  };
}

function cancellationEntry(row: NonNullable<SearchResult['cancellations']>[number]): Entry {
  const { id, account, dealerName, integrations, standing } = row;
  const vendors = integrations.map(({ integration }) =>
    isIntegrationName(integration) ? vendorTitle(integration) : integration,
  );
  return {
    id: `cancellation-${id}`,
    label: dealerName ? `${dealerName} (${account})` : `Dealer ${account}`,
    description: vendors.join(', ') || undefined,
    aside: standing.reinstating ? `${stateWords(standing.state)}, being reinstated` : stateWords(standing.state),
    to: { to: '/cancellations/$id', params: { id } } as NavigateOptions,
  };
}
