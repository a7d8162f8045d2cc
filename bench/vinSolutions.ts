import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, count, eq, inArray } from 'drizzle-orm';
import { cancellations } from '../db/schema.ts';
import { cancellationWorkflowId, integrationWorkflowId } from '../domain/cancellations.ts';
import { each, type Figure, inTurn, parts, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';

const rounds = 5;
const atOnce = 32;

/** VinSolutions cancellations a second from the request to the end, against a minimal workflow with as many activities, timers and updates. */
export async function vinSolutions(servers: Servers, accounts: string[]): Promise<Figure> {
  const [first, ...others] = accounts;
  await cancelAll(servers, [first!]);
  const counts = await countsOf(servers, first!);
  const shares = parts(others, rounds);
  const rates = await inTurn(
    rounds,
    (round) => rateOf(shares[round]!.length, () => minimalOnes(servers, shares[round]!.length, counts)),
    (round) => rateOf(shares[round]!.length, () => cancelAll(servers, shares[round]!)),
  );
  const { activities, localActivities, timers, updates } = counts;
  const name = `VinSolutions end to end (${activities} activities and ${localActivities} local ones, ${timers} timers, ${updates} updates)`;
  return { name, ...rates, unit: '/s', target: { atLeastRatio: 0.9 } };
}

interface Counts {
  activities: number;
  /** Ours writes its tables with these; the baseline has an ordinary one for each. */
  localActivities: number;
  timers: number;
  updates: number;
}

/** What the workflows of one dealer have really done. */
async function countsOf({ client }: Servers, account: string): Promise<Counts> {
  const counts = { activities: 0, localActivities: 0, timers: 0, updates: 0 };
  for (const id of [cancellationWorkflowId(account), integrationWorkflowId('crm/vinsolutions', account)]) {
    const { events } = await client.workflow.getHandle(id).fetchHistory();
    for (const event of events ?? []) {
      if (event.activityTaskScheduledEventAttributes) counts.activities += 1;
      if (event.markerRecordedEventAttributes?.markerName === 'core_local_activity') counts.localActivities += 1;
      if (event.timerStartedEventAttributes) counts.timers += 1;
      if (event.workflowExecutionUpdateAcceptedEventAttributes) counts.updates += 1;
    }
  }
  return counts;
}

async function minimalOnes({ client }: Servers, many: number, counts: Counts): Promise<void> {
  await each(Array.from({ length: many }), atOnce, async () => {
    const handle = await client.workflow.start('minimal', {
      workflowId: `minimal/${randomUUID()}`,
      taskQueue: 'baseline',
      args: [{ ...counts, activities: counts.activities + counts.localActivities }],
    });
    for (let n = 0; n < counts.updates; n += 1) await handle.executeUpdate('answer', { args: [`answer ${n}`] });
    await handle.result();
  });
}

interface Task {
  id: string;
  state: string;
}

/** As the offboarding system and ops do it, through the API only. */
async function cancelAll(servers: Servers, accounts: string[]): Promise<void> {
  const { http, start } = servers;
  const begun = new Set<string>();
  let failure: unknown;
  const answer = async (id: string) => {
    begun.add(id);
    await http.post(`/v1/tasks/${id}/claim`, {});
    await http.post(`/v1/tasks/${id}/complete`, { answers: { ticketNumber: 'T-1', done: true } });
  };
  const ops = async () => {
    while (begun.size < accounts.length && !failure) {
      const { tasks } = await http.get<{ tasks: Task[] }>('/v1/tasks?state=open&limit=100');
      for (const { id } of tasks) {
        if (begun.has(id)) continue;
        answer(id).catch((error) => {
          failure = error;
        });
      }
      await sleep(500);
    }
  };
  await Promise.all([each(accounts, atOnce, start), ops()]);
  while ((await closed(servers, accounts)) < accounts.length) {
    if (failure) throw failure;
    await sleep(250);
  }
}

async function closed({ database: { db } }: Servers, accounts: string[]): Promise<number> {
  const [row] = await db
    .select({ closed: count() })
    .from(cancellations)
    .where(and(inArray(cancellations.account, accounts), eq(cancellations.state, 'closed')));
  return row!.closed;
}
