import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../app/api.ts';
import { dealerTitle } from './dealerTitle.ts';

/**
 * Finds a dealer by its name or ID, as far as CST and our own tables can. An ID that no list has, such as while CST does not answer,
 * can be used as it is.
 */
export function DealerField({
  account,
  name,
  onChoose,
}: {
  account?: string;
  /** Of the dealer that is chosen; null while it is not known. */
  name: string | null;
  onChoose: (account: string) => void;
}) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const chosen = account === undefined ? undefined : dealerTitle({ dealerName: name, account });
  const asked = search === chosen ? '' : search;
  const found = useQuery({
    // Not the key of the dealers' own list, which has pages.
    queryKey: ['dealers', 'field', asked],
    queryFn: () => bodyOf(api.GET('/v1/dealers', { params: { query: { search: asked || undefined, limit: 20 } } })),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const options = new Map((found.data?.dealers ?? []).map((one) => [one.account, one.name]));
  const matches = new Set(options.keys());
  // The field shows its name; in the list it would look as if it matched what is typed.
  if (account !== undefined) options.set(account, name);
  const asId =
    /^[\w-]{1,64}$/.test(asked) && ![...options.keys()].some((id) => id.toLowerCase() === asked.toLowerCase());
  const nothing = `No dealer was found for “${asked}”`;
  const nothingFound = found.isFetching ? 'Searching…' : `${nothing}: try the beginning of its name, or its whole ID.`;
  return (
    <Select
      label="Dealer"
      description="Type the beginning of the name, or the whole ID. Dealers that had a cancellation or a task are found by any part of either."
      maw={480}
      required
      searchable
      data-autofocus
      value={account ?? null}
      data={[
        ...[...options].map(([value, dealerName]) => ({ value, label: dealerTitle({ dealerName, account: value }) })),
        ...(asId && matches.size === 0 && !found.isFetching && found.data
          ? [{ value: '\0nothing', label: `${nothing}.`, disabled: true }]
          : []),
        ...(asId ? [{ value: asked, label: `Use the ID ${asked} as it is` }] : []),
      ]}
      filter={({ options: all, search: text }) =>
        text === '' ? all : all.filter((one) => !('value' in one) || one.value !== account || matches.has(one.value))
      }
      onSearchChange={setTyped}
      onChange={(value) => value && onChoose(value)}
      nothingFoundMessage={nothingFound}
      error={
        found.error ? `The search does not work now: ${found.error.message}` : (found.data?.incomplete ?? undefined)
      }
    />
  );
}
