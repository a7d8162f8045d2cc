import { ActivityFailure } from '@temporalio/workflow';
import type { Notice } from '../../domain/shared/notices.ts';
import { noticeMails, notices } from './activities.ts';

/**
 * Mails one notice to each of our people whom it concerns: a workflow of its own, so that a mail server that is down holds up
 * nothing else. What is not true any more when it could be sent is dropped, and so is what could not be sent for a day.
 * @returns how it ended for each person, such as `{ olivia: 'accepted' }`
 */
export async function sendNotice(notice: Notice): Promise<Record<string, string>> {
  const people = await notices.recipientsOf.executeWithOptions({ summary: 'Whom it concerns' }, [notice]);
  const ends = await Promise.all(
    people.map(async (to) => {
      try {
        const { state } = await noticeMails.mailNotice.executeWithOptions({ summary: `Mail to ${to}` }, [
          { notice, to },
        ]);
        return [to, state] as const;
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        const { state } = await notices.dropNotice.executeWithOptions({ summary: 'Give it up' }, [{ notice, to }]);
        return [to, state] as const;
      }
    }),
  );
  return Object.fromEntries(ends);
}
