import { randomUUID } from 'node:crypto';
import { each, type Figure, inTurn, parts, rateOf } from './measure.ts';
import type { Servers } from './servers.ts';

const rounds = 11;
const atOnce = 32;

/**
 * Starts a second through the API against the raw client's `workflow.start` of the same workflow. No worker takes part, and
 * no stand-in of CST: the API looks dealers up in its registry.
 */
export async function starts({ client, startByRegistry }: Servers, accounts: string[]): Promise<Figure> {
  const shares = parts(accounts, rounds);
  const rates = await inTurn(
    rounds,
    (round) =>
      rateOf(shares[round]!.length, () =>
        each(shares[round]!, atOnce, (account) =>
          client.workflow.start('cancelDealer', {
            workflowId: `baseline/${randomUUID()}`,
            taskQueue: 'nobody',
            args: [{ account }],
          }),
        ),
      ),
    (round) => rateOf(shares[round]!.length, () => each(shares[round]!, atOnce, startByRegistry)),
  );
  // What was started is not to run: it would take part in what is measured next.
  await each(accounts.slice(0, rounds * shares[0]!.length), atOnce, (account) =>
    client.workflow.getHandle(`cancellation/${account}`).terminate('measured'),
  );
  return { name: 'starts', ...rates, unit: '/s', target: { atLeastRatio: 0.9 } };
}
