import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, bodyOf } from '../../app/api.ts';
import { dealerTitle } from './words.ts';

/** Finds a dealer by any part of its name or ID. An ID that no list has, such as while CST does not answer, can be used as it is. */
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
  return (
    <Select
      label="Dealer"
      description="Type a part of the name, or the ID in CST"
      maw={480}
      required
      searchable
      data-autofocus
      value={account ?? null}
      data={[
        ...[...options].map(([value, dealerName]) => ({ value, label: dealerTitle({ dealerName, account: value }) })),
        ...(asId ? [{ value: asked, label: `Use the ID ${asked} as it is` }] : []),
      ]}
      filter={({ options: all, search: text }) =>
        text === '' ? all : all.filter((one) => !('value' in one) || one.value !== account || matches.has(one.value))
      }
      onSearchChange={setTyped}
      onChange={(value) => value && onChoose(value)}
      nothingFoundMessage={found.isFetching ? 'Searching …' : 'No dealer has this in its name or ID.'}
      error={
        found.error ? `The search does not work now: ${found.error.message}` : (found.data?.incomplete ?? undefined)
      }
    />
  );
}
