import { sql } from 'drizzle-orm';
import { cancellationIntegrations, cancellations } from '../../schema/cancellations.ts';
import type { ChangedRows } from '../changes.ts';

/** Where cancellations change without a task or an event, such as when a step begins to wait. */
export const changedCancellations: readonly ChangedRows[] = [
  (isNew) => sql`
    select 'cancellations', ${cancellations.id}::text, null, account
    from ${cancellations} where ${isNew(cancellations.changedIn)}`,
  (isNew) => sql`
    select 'cancellations', ${cancellationIntegrations.cancellationId}::text, null, account
    from ${cancellationIntegrations} left join ${cancellations} on ${cancellations.id} = ${cancellationIntegrations.cancellationId}
    where ${isNew(cancellationIntegrations.changedIn)}`,
];
