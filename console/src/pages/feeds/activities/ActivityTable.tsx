import 'mantine-datatable/styles.layer.css';
import { Text } from '@mantine/core';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { Link } from '../../../parts/Link.tsx';
import { type Activity, contactName, financeFacts, orNone, unitWords } from '../activityWords.ts';

interface Props {
  rows: Activity[] | undefined;
  isPending: boolean;
  /** Of the page of a contact, who is the same in all rows. */
  withoutContact?: boolean;
  /** Those that are chosen, where one can choose. */
  selected?: Activity[];
  onSelect?: (rows: Activity[]) => void;
}

/** Activities with their finance fields, which do not apply to cash purchases. */
export function ActivityTable({ rows, isPending, withoutContact, selected, onSelect }: Props) {
  return (
    <DataTable
      records={rows}
      columns={columns.filter(({ accessor }) => !(withoutContact && accessor === 'contact'))}
      idAccessor="id"
      withTableBorder
      borderRadius="md"
      verticalAlign="top"
      minHeight={rows ? undefined : 160}
      fetching={isPending}
      {...(onSelect && {
        selectedRecords: selected,
        onSelectedRecordsChange: onSelect,
        getRecordSelectionCheckboxProps: (row: Activity) => ({
          'aria-label': `Select the ${row.title} of ${row.date}`,
        }),
        allRecordsSelectionCheckboxProps: { 'aria-label': 'Select all' },
      })}
    />
  );
}

const atLarge = '(min-width: 75em)';

const columns: DataTableColumn<Activity>[] = [
  { accessor: 'date', title: 'Activity', width: '12.5rem', render: (row) => <Title row={row} /> },
  {
    accessor: 'contact',
    title: 'Contact',
    render: ({ contact }) => (
      <Link to="/contacts/$id" params={{ id: contact.id }} inherit>
        {contactName(contact)}
      </Link>
    ),
  },
  { accessor: 'unit', title: 'Unit', visibleMediaQuery: '(min-width: 48em)', render: ({ unit }) => unitWords(unit) },
  { accessor: 'amount', title: 'Amount', render: (row) => <Amount row={row} /> },
  ...['Term', 'Monthly Payment', 'Final Payment Date'].map(
    (title): DataTableColumn<Activity> => ({
      accessor: title,
      title,
      visibleMediaQuery: atLarge,
      render: (row) => <Finance row={row} title={title} />,
    }),
  ),
];

function Title({ row: { id, title, date, dateLabel, workOrder } }: { row: Activity }) {
  return (
    <>
      <Link to="/activities/$id" params={{ id }} inherit fw={600}>
        {title}
        {workOrder?.number && ` ${workOrder.number}`}
      </Link>
      <Text size="sm">
        {dateLabel}{' '}
        <Text span inherit style={{ whiteSpace: 'nowrap' }}>
          {date}
        </Text>
      </Text>
    </>
  );
}

function Amount({ row: { workOrder, cashPurchase, finance } }: { row: Activity }) {
  if (workOrder) return orNone(workOrder.amount);
  if (cashPurchase || !finance?.applicable) return 'Cash Purchase';
  return `${finance.amountFinanced} financed`;
}

function Finance({ row: { finance }, title }: { row: Activity; title: string }) {
  if (!finance) return null;
  const facts = new Map(financeFacts(finance.applicable ? finance : null));
  return (
    <Text inherit c={finance.applicable ? undefined : 'dimmed'}>
      {facts.get(title)}
    </Text>
  );
}
