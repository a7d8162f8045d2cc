import { z } from 'zod';
import { countByState, countOpen, countStopped, waitingFor } from '../../../db/queries/cancellations/overview.ts';
import { cancellations } from '../../../db/schema/cancellations.ts';
import { integrationStates, vinEventStreamWorkflowId } from '../../../domain/cancellations/cancellations.ts';
import type { ApiOptions } from '../../server/options.ts';
import { stoppedWorkflows } from '../../server/stoppedWorkflows.ts';
import { Time } from '../../server/time.ts';
import type { ProcessPart } from '../shared/processParts.ts';

const count = z.int().min(0);
const Overview = z
  .object({
    open: count.describe('Cancellations in progress'),
    states: z
      .record(z.enum(integrationStates), count)
      .describe('Cancellations with an integration in this state, as GET /v1/cancellations?state= lists them'),
    stopped: count
      .nullable()
      .describe(
        'Open cancellations that cannot continue until an engineer repairs a workflow; null while Temporal cannot say',
      ),
    waitingFor: z
      .array(
        z
          .object({
            on: z.string().describe('A team, `person`, `team_lead`, `account_status` or a system such as `cst`'),
            count: count.describe('Integrations'),
            since: Time.nullable().describe('The longest wait began then'),
          })
          .meta({ id: 'CancellationsWaitingFor' }),
      )
      .describe('Whom open integrations wait for, the most first'),
  })
  .meta({ id: 'CancellationsOverview' });

function overviewReader(options: ApiOptions) {
  const { db } = options.database;
  const findStopped = stoppedWorkflows(options.temporal);
  const stopped = async () => {
    const found = await findStopped().catch(() => null);
    return (
      found && countStopped(db, [...found.keys()], found.has(vinEventStreamWorkflowId) ? ['vin_event_stream'] : [])
    );
  };
  return async (): Promise<z.output<typeof Overview>> => {
    const [open, states, stoppedCount, waiting] = await Promise.all([
      countOpen(db),
      countByState(db),
      stopped(),
      waitingFor(db),
    ]);
    return { open, states, stopped: stoppedCount, waitingFor: waiting };
  };
}

/** What the pages of all processes show of cancellations. */
export const cancellationsPart: ProcessPart = {
  dealers: [{ account: cancellations.account, name: cancellations.dealerName, at: cancellations.startedAt }],
  overview: { schema: Overview, reader: overviewReader },
};
