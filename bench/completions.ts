import pMap from 'p-map';
import type { TaskAnswers, TaskContent } from '../domain/shared/tasks.ts';
import { type Figure, inTurn, parts, percentile, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';
import { claimedTasks, untilAllClosed } from './tasks.ts';

const concurrency = 32;
/** As people do it: a few at the same moment. */
const peopleAtOnce = 2;

/** Completions of tasks a second through the API against the raw client's `executeUpdate` of the same tasks' workflows. */
export async function completions(servers: Servers, accounts: string[], rounds: number): Promise<Figure> {
  const { client, http, start } = servers;
  await pMap(accounts, start, { concurrency });
  const tasks = await claimedTasks(servers, accounts.length);
  const shares = parts(tasks, 2 * rounds);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const rates = await inTurn(
    rounds,
    (round) =>
      rateOf(shares[0]!.length, () =>
        pMap(
          shares[2 * round]!,
          ({ id, workflowId, content }) =>
            client.workflow.getHandle(workflowId).executeUpdate('completeTask', {
              args: [{ taskId: id, by: 'olivia', answers: answersTo(content), expiresAt }],
            }),
          { concurrency },
        ),
      ),
    (round) =>
      rateOf(shares[0]!.length, () =>
        pMap(
          shares[2 * round + 1]!,
          ({ id, content }) => http.post(`/v1/tasks/${id}/complete`, { answers: answersTo(content) }),
          { concurrency },
        ),
      ),
    () => untilAllClosed(servers, tasks),
  );
  return { name: 'task completions', ...rates, unit: '/s', target: { atLeastRatio: 0.8 } };
}

/** Completes tasks as people do. @returns milliseconds of an Update, the median */
export async function completionMs(
  { http }: Servers,
  tasks: Awaited<ReturnType<typeof claimedTasks>>,
): Promise<number> {
  const times: number[] = [];
  const completeOne = async ({ id, content }: (typeof tasks)[number]) => {
    const begun = performance.now();
    await http.post(`/v1/tasks/${id}/complete`, { answers: answersTo(content) });
    times.push(performance.now() - begun);
  };
  await pMap(tasks, completeOne, { concurrency: peopleAtOnce });
  return percentile(times, 50);
}

/** Where the names do not tell whether the dealer is part of a group, the form asks. */
function answersTo({ fields }: TaskContent): TaskAnswers {
  return { submitted: true, ...(fields.some(({ name }) => name === 'group') && { group: 'no' }) };
}
