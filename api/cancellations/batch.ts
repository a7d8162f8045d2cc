import { z } from 'zod';
import type { Caller } from '../../db/keys.ts';
import { faultsOfIssues } from '../faults.ts';
import type { ApiOptions } from '../options.ts';
import { invalidRequest, ProblemDetails, toProblem } from '../problems.ts';
import { CancellationBody, Plan, Started } from './schemas.ts';
import { startCancellation } from './start.ts';

const atOnce = 20;

/** Items are checked one by one, so that one that is wrong does not hold up the others. */
export const BatchBody = z.strictObject({
  items: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(1_000)
    .describe('Each as the body of POST /v1/cancellations'),
});

export const BatchAnswer = z.object({
  items: z.array(
    z.object({
      index: z.number(),
      status: z.number(),
      started: z.union([Started, Plan]).optional(),
      problem: ProblemDetails.optional(),
    }),
  ),
});
type Item = z.infer<typeof BatchAnswer>['items'][number];

/** Starts up to 1,000 cancellations; each has its own Idempotency-Key, made of the batch's, and its own answer. */
export async function startBatch(
  options: ApiOptions,
  caller: Caller,
  key: string,
  items: Record<string, unknown>[],
  requestId: string,
): Promise<Item[]> {
  const answers = new Array<Item>(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await startOne(index);
    }
  };
  const startOne = async (index: number): Promise<Item> => {
    try {
      const body = readItem(items[index]!);
      const { status, body: started } = await startCancellation(
        options,
        caller,
        `${key}#${index}#${body.account}`,
        body,
      );
      return { index, status, started };
    } catch (error) {
      const problem = toProblem(error, { id: requestId });
      return { index, status: problem.status, problem: problem.body() };
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return answers;
}

function readItem(item: Record<string, unknown>): CancellationBody {
  const read = CancellationBody.safeParse(item);
  if (read.success) return read.data;
  throw invalidRequest(faultsOfIssues(read.error.issues));
}
