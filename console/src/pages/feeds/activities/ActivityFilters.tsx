import { Group, NativeSelect, SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { activityTypeTitles } from '../../../../../domain/feeds/feeds.ts';
import { RemovableFilter } from '../../../parts/RemovableFilter.tsx';
import { SearchField } from '../../../parts/SearchField.tsx';
import { type ActivitySearch, filterTitles, notFitting } from './filter.ts';

interface Props {
  filters: ActivitySearch;
  onChange: (part: ActivitySearch) => void;
}

const columns = { base: 2, sm: 3, lg: 4 };

/** By what activities are searched; what does not apply is left out. */
export function ActivityFilters({ filters, onChange }: Props) {
  const out = notFitting(filters);
  const isMore = Object.keys(filters).some((name) => !['type', 'from', 'to', 'contact'].includes(name));
  // Where one clears the last of them, the fields stay.
  const [isOpen, setOpen] = useState(isMore);
  if (isMore && !isOpen) setOpen(true);
  const text = (name: Exclude<keyof typeof filterTitles, 'type' | 'cash'>, type?: 'date', inputMode?: 'decimal') =>
    !out.includes(name) && (
      <SearchField
        label={filterTitles[name]}
        type={type}
        inputMode={inputMode}
        value={filters[name] ?? ''}
        onSearch={(value) => onChange({ [name]: value || undefined })}
      />
    );
  return (
    <search>
      <SimpleGrid cols={columns} spacing="sm">
        <NativeSelect
          label={filterTitles.type}
          data={[
            { value: '', label: 'Any type' },
            ...Object.entries(activityTypeTitles).map(([value, label]) => ({ value, label })),
          ]}
          value={filters.type ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ type: value === '' ? undefined : (value as ActivitySearch['type']) })
          }
        />
        {text('from', 'date')}
        {text('to', 'date')}
      </SimpleGrid>
      <details open={isOpen}>
        <summary>More filters</summary>
        <SimpleGrid cols={columns} spacing="sm" mt="xs">
          {!out.includes('cash') && (
            <NativeSelect
              label={filterTitles.cash}
              data={[
                { value: '', label: 'Any payment' },
                { value: 'true', label: 'Cash Purchase' },
                { value: 'false', label: 'Financed' },
              ]}
              value={filters.cash ?? ''}
              onChange={({ currentTarget: { value } }) =>
                onChange({ cash: value === '' ? undefined : (value as ActivitySearch['cash']) })
              }
            />
          )}
          {text('amountMin', undefined, 'decimal')}
          {text('amountMax', undefined, 'decimal')}
          {text('termMin', undefined, 'decimal')}
          {text('termMax', undefined, 'decimal')}
          {text('finalPaymentFrom', 'date')}
          {text('finalPaymentTo', 'date')}
          {text('make')}
          {text('model')}
          {text('vin')}
        </SimpleGrid>
      </details>
      {filters.contact && (
        <Group mt="xs">
          <RemovableFilter label={`Contact ${filters.contact}`} onRemove={() => onChange({ contact: undefined })} />
        </Group>
      )}
    </search>
  );
}
