import { NativeSelect, TextInput } from '@mantine/core';
import { integrationNames, vendorTitle } from '../../../domain/shared/vendors.ts';
import { useFilters } from '../app/router.tsx';

const vendors = [
  { value: '', label: 'All vendors' },
  ...integrationNames.map((value) => ({ value, label: vendorTitle(value) })),
];

/** The filters that every list of dealers' work has: by vendor and by account. */
export function DealerFilters() {
  const [filters, setFilter] = useFilters();
  return (
    <>
      <NativeSelect
        label="Vendor"
        data={vendors}
        value={filters.get('integration') ?? ''}
        onChange={(event) => setFilter('integration', event.currentTarget.value)}
      />
      <TextInput
        label="Account"
        w={140}
        value={filters.get('account') ?? ''}
        onChange={(event) => setFilter('account', event.currentTarget.value.trim())}
      />
    </>
  );
}
