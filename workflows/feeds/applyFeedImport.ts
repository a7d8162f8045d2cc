import type { ApplyFeedImportStart } from '../../domain/feeds/messages.ts';
import { records } from './activities.ts';

/** Makes the import's schedule as its row says: once per local date, paused, or none. */
export function applyFeedImport({ importId }: ApplyFeedImportStart): Promise<void> {
  return records.applySchedule.executeWithOptions({ summary: 'Make the schedule as the import says' }, [{ importId }]);
}
