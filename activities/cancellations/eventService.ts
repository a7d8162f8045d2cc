import { ApplicationFailure } from '@temporalio/common';
import type { DealerSubscription, VinSolutionsEvents } from '../connectors/vinSolutionsEvents.ts';
import type { Context } from '../shared/context.ts';

/** VinSolutions, part 1, by its Connect Event service (spec: cancellations.md, last section): one dealer, no shared record. */

/** What the service sent of a dealer before we changed it. */
export interface EventsBefore {
  status: DealerSubscription['status'];
  /** Event types, at most 50. */
  events: string[];
  evidence: string;
}

export function eventServiceActivities({ connectors: { vinSolutionsEvents } }: Context) {
  return {
    /**
     * What VinSolutions sends of the dealer now; changes nothing.
     * @throws ApplicationFailure `NoConnector`, `NotSubscribed` where the service lists all dealers but this one, and the failures of
     *   `VinSolutionsEvents`
     */
    async eventsOfDealer({ dealerId }: { dealerId: string }): Promise<EventsBefore> {
      const { status, events, since } = await subscription(connected(vinSolutionsEvents), dealerId);
      return { status, events, evidence: evidenceOf({ status, events, since }) };
    },

    /**
     * Ends the events of one dealer, or restores them; done only when the service's list says so afterwards. Safe to repeat: a
     * try whose answer was lost is found in the list before anything is sent again.
     * @param events those that the dealer has, or had before
     * @throws ApplicationFailure `NothingSubscribed` without events, `EventsDiffer` when events are active that are not those to
     *   restore, `NotVerified` (to be tried again) when the list does not say so, and as `eventsOfDealer` does
     */
    async switchEvents({
      dealerId,
      to,
      events,
    }: {
      dealerId: string;
      to: DealerSubscription['status'];
      events: string[];
    }): Promise<{ evidence: string }> {
      const service = connected(vinSolutionsEvents);
      if (events.length === 0)
        throw ApplicationFailure.nonRetryable(`no event of dealer ${dealerId} is subscribed`, 'NothingSubscribed');
      const isDone = (found: DealerSubscription) =>
        found.status === to && (to === 'inactive' || haveSame(found.events, events));
      const before = await subscription(service, dealerId);
      if (isDone(before)) return { evidence: evidenceOf(before) };
      if (before.status === to)
        throw ApplicationFailure.nonRetryable(
          `other events are active than those before: ${before.events.join(', ')}`,
          'EventsDiffer',
        );
      const failure = await service.setStatus(dealerId, to, events).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure instanceof ApplicationFailure && failure.nonRetryable) throw failure;
      const after = await subscription(service, dealerId);
      if (isDone(after)) return { evidence: evidenceOf(after) };
      throw (
        failure ??
        ApplicationFailure.retryable(
          `VinSolutions' event service took the change of dealer ${dealerId}, but still lists it as ${after.status}`,
          'NotVerified',
        )
      );
    },
  };
}

function connected(service: VinSolutionsEvents | undefined): VinSolutionsEvents {
  if (service) return service;
  throw ApplicationFailure.nonRetryable("VinSolutions' event service is not configured", 'NoConnector');
}

async function subscription(service: VinSolutionsEvents, dealerId: string): Promise<DealerSubscription> {
  const found = await service.subscription(dealerId);
  if (found) return found;
  throw ApplicationFailure.nonRetryable(
    `VinSolutions' event service does not list dealer ${dealerId}`,
    'NotSubscribed',
  );
}

function haveSame(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join();
}

function evidenceOf({ status, since, events }: DealerSubscription): string {
  return `VinSolutions' event service lists it as ${status} since ${since ?? 'a time not given'}: ${events.join(', ')}`;
}
