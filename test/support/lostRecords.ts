import { eq } from 'drizzle-orm';
import { cancellationIntegrations, cancellationRequests, cancellations } from '../../db/schema/cancellations.ts';
import { events, tasks } from '../../db/schema/shared.ts';
import { dealerOf } from './dealer.ts';
import type { TestService } from './service.ts';

/** What tests of a restored database need. */

/** As in a backup from before the cancellation's first request. */
export async function lose({ db }: TestService, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(cancellations).where(eq(cancellations.id, id));
    await tx.delete(cancellationRequests).where(eq(cancellationRequests.cancellationId, id));
    await tx.delete(cancellationIntegrations).where(eq(cancellationIntegrations.cancellationId, id));
    await tx.delete(tasks).where(eq(tasks.subject, id));
    await tx.delete(events).where(eq(events.subject, id));
  });
}

/** DealerSocket's form, claimed and submitted by a person who has had it since before the restore. */
export async function formOf(service: TestService, account: string) {
  const dealer = dealerOf(service, account);
  const task = await dealer.task('dealersocket-form');
  return {
    id: task.id,
    async submit() {
      await dealer.say(task, 'claimTask', { by: 'olivia' });
      await dealer.say(task, 'completeTask', { by: 'olivia', answers: { submitted: true } });
    },
  };
}
