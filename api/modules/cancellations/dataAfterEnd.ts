import { createHash } from 'node:crypto';
import { z } from 'zod';
import { latestCancellations } from '../../../db/queries/cancellations/dataAfterEnd.ts';
import { type DataArrival, reasonToIgnore } from '../../../domain/cancellations/dataAfterEnd.ts';
import { dataReportWorkflow } from '../../../domain/cancellations/workflowStarts.ts';
import { AccountId, DisplayName, VendorDealerId } from '../../../domain/shared/inputs.ts';
import type { ApiOptions, App } from '../../server/options.ts';
import { Problem } from '../../server/problems.ts';
import { startOnce } from '../../server/startOnce.ts';
import { Instant } from '../../server/time.ts';
import { IntegrationName } from '../shared/integrationName.ts';

/** Reports of a clock that is ahead by more than this are wrong. */
const mostAheadMs = 10 * 60_000;

const Arrival = z
  .strictObject({
    integration: IntegrationName,
    account: AccountId.optional().describe('The dealer’s account in CST'),
    dealerId: VendorDealerId.optional().describe('The dealer’s ID at the vendor'),
    kind: z.enum(['file', 'record']).describe('What arrived'),
    recordKey: z
      .string()
      .min(1)
      .max(200)
      .describe('The file’s or record’s own key: the same again counts once. Only a hash of it is kept'),
    receivedAt: Instant.refine((at) => at.getTime() <= Date.now() + mostAheadMs, 'is in the future'),
    source: DisplayName(100).optional().describe('Where it arrived, such as the name of a feed; nothing personal'),
  })
  .refine(({ account, dealerId }) => account !== undefined || dealerId !== undefined, {
    path: ['dealerId'],
    message: 'is missing: give dealerId, account, or both',
  })
  .meta({ id: 'DataArrival' });

const Answer = z
  .object({
    outcome: z
      .enum(['reported', 'ignored'])
      .describe('`reported`: the integration has ended, and a task says so unless the dealer has a new integration'),
    reason: z.string().optional().describe('Why it was ignored'),
  })
  .meta({ id: 'DataArrivalAnswer' });

export async function dataAfterEndRoutes(app: App, options: ApiOptions): Promise<void> {
  app.post(
    '/v1/cancellations/data-after-end',
    {
      config: { scope: 'data:report' },
      schema: {
        tags: ['cancellations'],
        operationId: 'reportDataAfterEnd',
        summary: 'A vendor’s file or record has arrived: a task where the dealer’s integration had ended',
        description:
          'For systems that receive vendors’ data. Safe to repeat. Needs the setting DATA_AFTER_END_GRACE_DAYS.',
        body: Arrival,
        response: { 202: Answer },
        problems: [409],
      },
    },
    async ({ body, caller }, reply) => {
      const { recordKey, receivedAt, ...arrival } = body;
      const keyHash = createHash('sha256').update(recordKey).digest('hex');
      return reply
        .code(202)
        .send(await report(options, { ...arrival, keyHash, receivedAt: receivedAt.toISOString(), by: caller!.id }));
    },
  );
}

async function report(
  { database, temporal, cancellations: { dataAfterEndGraceDays: graceDays } }: ApiOptions,
  arrival: DataArrival,
): Promise<z.infer<typeof Answer>> {
  if (graceDays === undefined) {
    const detail = 'Reports of data after the end are off: whoever runs Dealerops must set DATA_AFTER_END_GRACE_DAYS.';
    throw new Problem(409, 'not-configured', detail);
  }
  const latest = await latestCancellations(database.db, arrival);
  const reasons = latest.map((one) => reasonToIgnore(one, arrival, graceDays));
  if (!reasons.includes(undefined))
    return { outcome: 'ignored', reason: reasons[0] ?? 'no cancellation of this dealer’s integration is known' };
  await startOnce({ temporal }, 'reportDataAfterEnd', dataReportWorkflow(arrival));
  return { outcome: 'reported' };
}
