import type { Database } from '../../db/client.ts';
import type { FeedSettings } from '../../domain/feeds/settings.ts';
import type { RecordCipher } from '../../domain/shared/recordCipher.ts';
import type { Context } from '../shared/context.ts';

/** What the activities of feeds work on. */
export interface FeedContext extends Context, FeedParts {}

export interface FeedParts {
  feeds: FeedSettings;
  /** For transactions that take minutes. */
  bulkDatabase: Database;
  /** Of rejected rows. */
  cipher: RecordCipher;
}
