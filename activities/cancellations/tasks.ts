import { ApplicationFailure } from '@temporalio/common';
import { countArrivals } from '../../db/queries/cancellations/dataAfterEnd.ts';
import { type CancellationTaskFacts, taskCatalog, taskContent } from '../../domain/cancellations/catalog.ts';
import { type DealerName, defaultTimeZone } from '../../domain/shared/accounts.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import { dealer, dealerIdAt } from '../shared/dealers.ts';
import type { TaskDescription } from '../shared/tasks.ts';
import type { CancellationContext } from './context.ts';

/** What people see of the cancellations' tasks: the catalog's texts with the dealer's facts. */
export function describeCancellationTask(context: CancellationContext) {
  return async (given: TaskFacts): Promise<TaskDescription> => {
    const facts = given as CancellationTaskFacts;
    const { team, dueBusinessDays, guard } = taskCatalog[facts.kind];
    const { timeZone, ...known } = await factsOfDealer(context, facts);
    const content = taskContent(facts.kind, { ...facts, ...known });
    const dealerName = facts.account && known.dealerName;
    return { content, team, dueBusinessDays, guard, dealerName, timeZone };
  };
}

async function factsOfDealer(context: CancellationContext, facts: CancellationTaskFacts) {
  if (!facts.account)
    return {
      account: 'several',
      dealerName: 'several dealers',
      dealerId: '',
      timeZone: defaultTimeZone,
      gate: undefined,
    };
  const account = await dealer(context.dealers, facts.account);
  const parent = facts.gate && (await dealer(context.dealers, facts.gate.account));
  const sales = facts.kind === 'dealersocket-form' ? await salesAccountOf(context.connectors, account.id) : {};
  return {
    account: account.id,
    dealerName: account.name,
    dealerId: dealerIdAt(account, facts.integration, facts.dealerId),
    timeZone: account.timeZone,
    candidates: await namesOf(context, facts.group?.candidates ?? []),
    salesAccount: sales.salesAccount,
    salesforceReason: sales.reason,
    arrivals:
      facts.kind === 'data-after-end'
        ? await countArrivals(context.database.db, facts.subject, facts.integration)
        : undefined,
    autoTamDirectoryUrl: context.cancellations.autoTamDirectoryUrl,
    gate: parent && { ...facts.gate!, name: parent.name, inactiveStatuses: context.cancellations.inactiveStatuses },
  };
}

/** Of dealers to compare; one whose record cannot be used is still shown by its ID. */
function namesOf({ dealers }: Pick<CancellationContext, 'dealers'>, ids: string[]): Promise<DealerName[]> {
  return Promise.all(
    ids.map(async (id) => {
      const found = await dealers.find(id).catch((error) => {
        if (error instanceof ApplicationFailure && error.type === 'AccountUnusable') return null;
        throw error;
      });
      return { id, name: found?.name ?? 'name not known' };
    }),
  );
}
