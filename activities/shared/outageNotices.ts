import { activityInfo, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Process } from '../../domain/shared/processes.ts';
import { connectorSystems } from '../connectors/index.ts';
import type { Activities } from './composed.ts';
import type { Context } from './context.ts';
import { mailServer } from './mail.ts';
import type { Waiting } from './notBefore.ts';
import { startNotice } from './startNotice.ts';

const dayMs = 24 * 3_600_000;
/** After a day without an answer: many wait by then, and all of them ask. */
const rarely = '1 hour';

/** @returns the days for which an activity has waited for an outside system, as its try begins that has failed */
function daysWithoutAnswer({
  scheduledTimestampMs,
  currentAttemptScheduledTimestampMs,
  heartbeatDetails,
}: {
  scheduledTimestampMs: number;
  currentAttemptScheduledTimestampMs: number;
  heartbeatDetails?: unknown;
}): number {
  const { answeredAt } = (heartbeatDetails ?? {}) as Partial<Waiting>;
  return Math.floor((currentAttemptScheduledTimestampMs - (answeredAt ?? scheduledTimestampMs)) / dayMs);
}

/** @returns the outside system whose failure it is; undefined where it is another one's, or trying again is no use */
function systemThatFailed(error: unknown): string | undefined {
  if (!(error instanceof ApplicationFailure) || error.nonRetryable) return undefined;
  const type = error.type ?? '';
  if (mailServer.failures.includes(type)) return mailServer.title;
  return connectorSystems.find(({ failurePrefix }) => type.startsWith(failurePrefix))?.title;
}

function triedRarely({ message, type, details, cause }: ApplicationFailure): ApplicationFailure {
  return ApplicationFailure.create({
    ...{ message, type: type ?? undefined, details: details ?? undefined, cause },
    nextRetryDelay: rarely,
  });
}

/**
 * The same activities; when one has waited for an outside system for a day, the team leads are notified by mail, and then daily;
 * of one system once a day, however many wait for it. That is not waited for: where it fails, the next try does it. From then on
 * it is tried once an hour.
 * @param process whose activities they are
 */
export function notifyingLeadsOfOutages<All extends Activities>(
  activities: All,
  context: Pick<Context, 'temporal'>,
  process: Process,
): All {
  const notifying = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: never[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        const info = activityInfo();
        const system = systemThatFailed(error);
        const days = daysWithoutAnswer(info);
        if (system && days > 0) {
          const date = new Date(info.currentAttemptScheduledTimestampMs).toISOString().slice(0, 10);
          void startNotice(context.temporal, {
            ...{ about: 'no-answer', key: `outage/${process}/${system}/${date}`, process, system, days },
          }).catch((cause) => log.warn('The team leads could not be notified of an outage', { error: String(cause) }));
          throw triedRarely(error as ApplicationFailure);
        }
        throw error;
      }
    },
  ]);
  return Object.fromEntries(notifying) as All;
}
