import type { FeedSettings } from '../../domain/feeds/settings.ts';
import type { Context } from '../shared/context.ts';

/** What the activities of feeds work on. */
export interface FeedContext extends Context {
  feeds: FeedSettings;
}
