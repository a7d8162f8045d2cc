import type { z } from 'zod';
import { timeOf } from '../../../db/clock.ts';
import type { CancellationRecord } from '../../../db/queries/cancellations/cancellations.ts';
import { findMails } from '../../../db/queries/outbox.ts';
import { namesOfPeople } from '../../../db/queries/people.ts';
import { eleadMailKey } from '../../../domain/cancellations/vendors/elead.ts';
import { answersInWords } from '../../../domain/shared/answers.ts';
import type { ApiOptions } from '../../server/options.ts';
import type { StoppedById } from '../../server/stoppedWorkflows.ts';
import type { Report } from './schemas.ts';
import { viewOf } from './view.ts';

/** The audit record of a cancellation: all that is known of it. */
export async function reportOf(
  options: ApiOptions,
  record: CancellationRecord,
  stopped: StoppedById | null,
): Promise<z.output<typeof Report>> {
  const { db } = options.database;
  const { account, requests, integrations, tasks, events } = record;
  const acting = [
    ...[record.requestedBy, record.withdrawnBy, ...requests.map(({ requestedBy }) => requestedBy)],
    ...integrations.flatMap(({ steps }) => steps.flatMap(({ by, waitingOn }) => [by, waitingOn])),
    ...tasks.flatMap((task) => [task.assignee, task.closedBy, ...(task.corrections ?? []).map(({ by }) => by)]),
    ...events.map(({ by }) => by),
  ];
  const [mails, madeAt, names] = await Promise.all([
    findMails(
      db,
      requests.map(({ requestId }) => eleadMailKey({ account, requestId })),
    ),
    timeOf(db),
    namesOfPeople(
      db,
      acting.filter((one) => one !== null && one !== undefined),
    ),
  ]);
  return {
    ...viewOf(options, record, stopped),
    tasks: tasks.map((task) => ({
      ...task,
      title: task.content.title,
      answered: answersInWords(task.content.fields, task.answers ?? {}),
      corrections: (task.corrections ?? []).flatMap(({ at, by, reason, changes }) =>
        changes.map(({ field, before, after }) => ({
          ...{ at, by, reason, before, after },
          label: task.content.fields.find(({ name }) => name === field)?.label ?? field,
        })),
      ),
    })),
    names,
    mails: mails.map((mail) => ({ ...mail, integration: 'crm/elead', at: mail.settledAt })),
    events,
    madeAt: madeAt.toISOString(),
  };
}
