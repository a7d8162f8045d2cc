import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { CancellationRecord, recordTitle } from '../../../../records/cancellations/CancellationRecord.tsx';
import { recordStyle } from '../../../../records/shared/recordStyle.ts';
import type { components } from '../../app/api.generated.ts';
import { api, bodyOf } from '../../app/api.ts';
import { BackLink } from '../../parts/BackLink.tsx';
import { Loading } from '../../parts/Loading.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { ProblemAlert } from '../../parts/ProblemAlert.tsx';
import classes from './cancellations.module.css';

type Report = components['schemas']['CancellationReport'];

/** The audit record of a cancellation, as it is printed for the customer's file. */
export function RecordPage() {
  const { id } = useParams({ from: '/cancellations/$id/record' });
  const found = useQuery({
    queryKey: ['cancellation', id, 'record'],
    // The API answers HTML to those who ask for it.
    queryFn: async () =>
      (await bodyOf(api.GET('/v1/cancellations/{id}/report', { params: { path: { id } } }))) as Report,
  });
  const record = found.data;
  return (
    <Stack>
      <Group justify="space-between" className={classes.notPrinted}>
        <BackLink to="/cancellations/$id" params={{ id }}>
          Cancellation
        </BackLink>
        {record && <Button onClick={() => window.print()}>Print</Button>}
      </Group>
      {!record && found.error && <PageTitle>The record cannot be shown</PageTitle>}
      <ProblemAlert error={found.error} />
      {found.isPending && <Loading what="the record" />}
      {record && (
        <>
          <style>{recordStyle}</style>
          <CancellationRecord record={record} heading={<PageTitle>{recordTitle(record)}</PageTitle>} />
        </>
      )}
    </Stack>
  );
}
