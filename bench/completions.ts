import pMap from 'p-map';
import type { TaskAnswers, TaskContent } from '../domain/shared/tasks.ts';
import { type Figure, inTurn, parts, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';
import { claimedTasks, untilAllClosed } from './tasks.ts';

const concurrency = 32;

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

/** Where the names do not tell whether the dealer is part of a group, the form asks. */
export function answersTo({ fields }: TaskContent): TaskAnswers {
  return { submitted: true, ...(fields.some(({ name }) => name === 'group') && { group: 'no' }) };
}
