import { NativeSelect, TextInput } from '@mantine/core';
import { type IntegrationName, integrationNames, vendorTitle } from '../../../domain/shared/vendors.ts';

const vendors = [
  { value: '', label: 'All vendors' },
  ...integrationNames.map((value) => ({ value, label: vendorTitle(value) })),
];

interface Filters {
  integration?: IntegrationName;
  account?: string;
}

/** The filters that every list of dealers' work has: by vendor and by account. */
export function DealerFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  return (
    <>
      <NativeSelect
        label="Vendor"
        data={vendors}
        value={filters.integration ?? ''}
        onChange={(event) =>
          onChange({ integration: (event.currentTarget.value || undefined) as Filters['integration'] })
        }
      />
      <TextInput
        label="Account"
        w={140}
        value={filters.account ?? ''}
        onChange={(event) => onChange({ account: event.currentTarget.value.trim() || undefined })}
      />
    </>
  );
}
