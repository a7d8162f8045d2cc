import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, inArray } from 'drizzle-orm';
import pMap from 'p-map';
import { cancellations } from '../db/schema/cancellations.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../domain/cancellations/cancellations.ts';
import { type Figure, inTurn, parts, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';

const concurrency = 32;

/** VinSolutions cancellations a second from the request to the end, against a minimal workflow with as many activities, timers and updates. */
export async function vinSolutions(servers: Servers, accounts: string[], rounds: number): Promise<Figure> {
  const [first, ...others] = accounts;
  await cancelAll(servers, [first!]);
  const counts = await countsOf(servers, first!);
  const shares = parts(others, rounds);
  const rates = await inTurn(
    rounds,
    (round) => rateOf(shares[round]!.length, () => minimalOnes(servers, shares[round]!.length, counts)),
    (round) => rateOf(shares[round]!.length, () => cancelAll(servers, shares[round]!)),
  );
  const name = `VinSolutions end to end (${counts.activities} activities, ${counts.timers} timers, ${counts.updates} updates)`;
  return { name, ...rates, unit: '/s', target: { atLeastRatio: 0.9 } };
}

interface Counts {
  activities: number;
  timers: number;
  updates: number;
}

/** What the workflows of one dealer have really done. */
async function countsOf({ client }: Servers, account: string): Promise<Counts> {
  const counts = { activities: 0, timers: 0, updates: 0 };
  for (const id of [cancellationWorkflowId(account), integrationWorkflowId('crm/vinsolutions', account)]) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    for (const event of events ?? []) {
      if (event.activityTaskScheduledEventAttributes) counts.activities += 1;
      if (event.timerStartedEventAttributes) counts.timers += 1;
      if (event.workflowExecutionUpdateAcceptedEventAttributes) counts.updates += 1;
    }
  }
  return counts;
}

async function minimalOnes({ client }: Servers, many: number, counts: Counts): Promise<void> {
  const runOne = async () => {
    const handle = await client.workflow.start('minimal', {
      workflowId: `minimal/${randomUUID()}`,
      taskQueue: 'baseline',
      args: [counts],
    });
    for (let n = 0; n < counts.updates; n += 1) await handle.executeUpdate('answer', { args: [`answer ${n}`] });
    await handle.result();
  };
  await pMap(Array.from({ length: many }), runOne, { concurrency });
}

interface Task {
  id: string;
}

/** As the offboarding system and ops do it, through the API only; as many at once as of the baseline. */
async function cancelAll(servers: Servers, accounts: string[]): Promise<void> {
  const { http, start } = servers;
  const ending = new Map<string, () => void>();
  const answer = async ({ id }: Task) => {
    await http.post(`/v1/tasks/${id}/claim`, {});
    await http.post(`/v1/tasks/${id}/complete`, { answers: { ticketNumber: 'T-1', done: true } });
  };
  let over = false;
  const opsAndEnds = (async () => {
    while (!over) {
      const { tasks } = await http.get<{ tasks: Task[] }>('/v1/tasks?state=open&limit=100');
      await Promise.all(tasks.map(answer));
      for (const account of await closed(servers, [...ending.keys()])) ending.get(account)?.();
      await sleep(250);
    }
  })();
  const cancelOne = async (account: string) => {
    await start(account);
    await new Promise<void>((resolve) => ending.set(account, resolve));
    ending.delete(account);
  };
  const all = pMap(accounts, cancelOne, { concurrency });
  await Promise.race([all, opsAndEnds]);
  over = true;
  await opsAndEnds;
}

async function closed({ database: { db } }: Servers, accounts: string[]): Promise<string[]> {
  const rows = await db
    .select({ account: cancellations.account })
    .from(cancellations)
    .where(and(inArray(cancellations.account, accounts), eq(cancellations.state, 'closed')));
  return rows.map(({ account }) => account);
}
