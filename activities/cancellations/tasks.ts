import { ApplicationFailure } from '@temporalio/common';
import { and, eq, like } from 'drizzle-orm';
import { countArrivals } from '../../db/queries/cancellations/dataAfterEnd.ts';
import { cancellations } from '../../db/schema/cancellations.ts';
import { events } from '../../db/schema/shared.ts';
import {
  type CancellationTaskFacts,
  taskCatalog,
  taskContent,
  vendorCatalog,
} from '../../domain/cancellations/catalog.ts';
import { gateOf } from '../../domain/cancellations/gate.ts';
import type { UnclearStatus } from '../../domain/cancellations/vendors/entry.ts';
import type { FoundAccount } from '../../domain/shared/accountRecords.ts';
import { type DealerName, defaultTimeZone } from '../../domain/shared/accounts.ts';
import type { TaskFacts } from '../../domain/shared/tasks.ts';
import { fullTime } from '../../domain/shared/times.ts';
import { salesAccountOf } from '../connectors/salesforce.ts';
import { dealer, dealerIdAt } from '../shared/dealers.ts';
import type { TaskDescription } from '../shared/tasks.ts';
import type { CancellationContext } from './context.ts';
import { parentStatusOf } from './gate.ts';

/** What people see of the cancellations' tasks: the catalog's texts with the dealer's facts. */
export function describeCancellationTask(context: CancellationContext) {
  return async (given: TaskFacts): Promise<TaskDescription> => {
    const facts = given as CancellationTaskFacts;
    const { team, dueBusinessDays, guard } = taskCatalog[facts.kind];
    const { timeZone, ...known } = await factsOfDealer(context, facts);
    const content = taskContent(facts.kind, { ...facts, ...known });
    const dealerName = facts.account && known.dealerName;
    const { dueSoon } = context.cancellations;
    const dueSeconds = facts.account && dueSoon?.accounts.includes(facts.account) ? dueSoon.seconds : undefined;
    return { content, team, dueBusinessDays, dueSeconds, guard, dealerName, timeZone };
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
    whyReinstate: facts.kind === 'reinstate' ? await whyReinstate(context, facts) : undefined,
    gate: parent && unclearStatus(context, parent, account.timeZone),
  };
}

/** As it was read just now: people must see what CST says today, also when the task is written again. */
function unclearStatus(
  { connectors, cancellations: { inactiveStatuses } }: CancellationContext,
  parent: FoundAccount,
  timeZone: string,
): UnclearStatus {
  const { account, status } = gateOf(parent, inactiveStatuses);
  const readAt = fullTime(new Date().toISOString(), timeZone);
  return { account, status, name: parent.name, readAt, system: connectors.cst ? 'CST' : 'registry', inactiveStatuses };
}

/** The withdrawal's reason, or the status that closes the gate; undefined where neither surely is why. */
async function whyReinstate(
  context: CancellationContext,
  { subject, account, integration }: CancellationTaskFacts,
): Promise<string | undefined> {
  const { db } = context.database;
  const [row] = await db
    .select({ reason: cancellations.withdrawnReason })
    .from(cancellations)
    .where(eq(cancellations.id, subject));
  if (row?.reason) return `the cancellation was withdrawn (${row.reason})`;
  const ofSubject = and(eq(events.process, 'cancellations'), eq(events.subject, subject));
  const isPartlyWithdrawn = (await db.$count(events, and(ofSubject, like(events.id, 'withdrawal/%')))) > 0;
  if (!account || isPartlyWithdrawn || !('gate' in vendorCatalog[integration].steps)) return undefined;
  const gate = await parentStatusOf(context, account).catch((error) => {
    // The task must not wait for that record.
    if (error instanceof ApplicationFailure && /^Account(Unknown|Unusable)$/.test(error.type ?? '')) return undefined;
    throw error;
  });
  if (!gate || gate.answer === 'open') return undefined;
  const reason = `the Effective Status of ${gate.account} is ${gate.status}`;
  return gate.answer === 'active' ? `${reason} again` : reason;
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
