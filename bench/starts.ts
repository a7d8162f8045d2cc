import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { cancellations } from '../db/schema/cancellations.ts';
import { type Figure, inTurn, parts, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';

const concurrency = 32;

/**
 * Starts a second through the API against the raw client's `workflow.start` of the same workflow. No worker takes part, and
 * no stand-in of CST: the API looks dealers up in its registry.
 */
export async function starts(
  { client, database: { db }, startByRegistry }: Servers,
  accounts: string[],
  rounds: number,
): Promise<Figure> {
  const shares = parts(accounts, rounds);
  const rates = await inTurn(
    rounds,
    (round) =>
      rateOf(shares[round]!.length, () =>
        pMap(
          shares[round]!,
          (account) =>
            client.workflow.start('cancelDealer', {
              workflowId: `baseline/${randomUUID()}`,
              taskQueue: 'nobody',
              args: [{ account }],
            }),
          { concurrency },
        ),
      ),
    (round) => rateOf(shares[round]!.length, () => pMap(shares[round]!, startByRegistry, { concurrency })),
  );
  // What was started is not to run: it would take part in what is measured next. Workers continue what is open in the tables.
  await db.update(cancellations).set({ state: 'closed' });
  await pMap(
    accounts.slice(0, rounds * shares[0]!.length),
    (account) => client.workflow.getHandle(`cancellation/${account}`).terminate('measured'),
    { concurrency },
  );
  return { name: 'starts', ...rates, unit: '/s', target: { atLeastRatio: 0.9 } };
}
