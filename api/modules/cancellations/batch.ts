import type { FastifyRequest } from 'fastify';
import pMap from 'p-map';
import { z } from 'zod';
import type { Caller } from '../../../db/queries/keys.ts';
import { faultsOfIssues } from '../../server/faults.ts';
import { keepKeyOfBatch } from '../../server/idempotency.ts';
import type { ApiOptions } from '../../server/options.ts';
import { invalidRequest, ProblemDetails, toProblem } from '../../server/problems.ts';
import { CancellationBody, Plan, Started } from './schemas.ts';
import { startCancellation } from './start.ts';

const atOnce = 20;

/** Described as what it must be, and checked one by one, so that one that is wrong does not hold up the others. */
const BatchedCancellation = z
  .custom<Record<string, unknown>>(
    (item) => typeof item === 'object' && item !== null && !Array.isArray(item),
    'expected an object such as the body of POST /v1/cancellations',
  )
  .meta({ $ref: '#/components/schemas/NewCancellationInput' });

export const BatchBody = z
  .strictObject({
    items: z.array(BatchedCancellation).min(1).max(1_000).describe('Each as the body of POST /v1/cancellations'),
  })
  .meta({ id: 'CancellationBatch' });

const BatchItem = z
  .object({
    index: z.int().describe('Of the item in the request, from 0'),
    status: z.int().describe('As POST /v1/cancellations would have it: 202 started, 200 a dry run, else a problem'),
    started: Started.optional(),
    plan: Plan.optional(),
    problem: ProblemDetails.optional(),
  })
  .meta({ id: 'BatchItem' });
export const BatchAnswer = z.object({ items: z.array(BatchItem) }).meta({ id: 'CancellationBatchResult' });
type Item = z.infer<typeof BatchItem>;

/**
 * Starts up to 1,000 cancellations; each has its own Idempotency-Key, the batch's and its place, and its own answer. In the same
 * batch again, what was started is answered as before, and what was refused is looked at again.
 * @throws Problem 422 when the key was used for another batch
 */
export async function startBatch(
  options: ApiOptions,
  caller: Caller,
  key: string,
  items: Record<string, unknown>[],
  request: Pick<FastifyRequest, 'id' | 'log'>,
): Promise<Item[]> {
  if (!items.every(({ dryRun }) => dryRun === true))
    await keepKeyOfBatch(options.database.db, { caller: caller.id, key }, items);
  const startOne = async (item: Record<string, unknown>, index: number): Promise<Item> => {
    try {
      const body = readItem(item);
      const answer = await startCancellation(options, caller, { key, item: index }, body);
      return answer.status === 202
        ? { index, status: 202, started: answer.body }
        : { index, status: 200, plan: answer.body };
    } catch (error) {
      const problem = toProblem(error, request);
      if (problem.status >= 500) request.log.error({ err: error, index }, 'item of a batch failed');
      return { index, status: problem.status, problem: problem.body() };
    }
  };
  return pMap(items, startOne, { concurrency: atOnce });
}

function readItem(item: Record<string, unknown>): CancellationBody {
  const read = CancellationBody.safeParse(item);
  if (read.success) return read.data;
  throw invalidRequest(faultsOfIssues(read.error.issues));
}
