import { createHash } from 'node:crypto';
import type { DataArrival } from '../../domain/cancellations/dataAfterEnd.ts';
import { dataReportWorkflow } from '../../domain/cancellations/workflowStarts.ts';
import type { TestService } from './service.ts';

/** A file of a vendor arrives now, by the server's clock; returns when it is recorded. */
export async function reportArrival(
  { client, env }: TestService,
  { name, ...of }: Pick<DataArrival, 'integration' | 'account' | 'dealerId'> & { name: string },
): Promise<void> {
  const arrival: DataArrival = {
    ...{ ...of, kind: 'file', by: 'key:test' },
    keyHash: createHash('sha256')
      .update(`${of.account ?? of.dealerId}/${name}`)
      .digest('hex'),
    receivedAt: new Date((await env?.currentTimeMs()) ?? Date.now()).toISOString(),
  };
  await client.workflow.execute('reportDataAfterEnd', dataReportWorkflow(arrival));
}
