import type { CancellationSettings } from '../../domain/cancellations/settings.ts';
import type { CancellationFollower } from '../../domain/shared/dealerCancellation.ts';
import type { Context } from '../shared/context.ts';

/** What the activities of cancellations work on. */
export interface CancellationContext extends Context {
  cancellations: CancellationSettings;
  /** The dealer's other processes. */
  followers: readonly CancellationFollower[];
}
