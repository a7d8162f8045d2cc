/** What a dealer's cancellation means for the dealer's other processes, such as its feeds. */

/**
 * `requested`: the customer leaves, and it may still be withdrawn. `stays`: it was withdrawn, or nothing was ended. `ended`: the
 * customer has left. `not_inactive`: it has ended too, but the parent account's Effective Status does not mean that it is inactive, so
 * that no feed of its DMS may be ended (spec: cancellations.md, "DMS vendors"). `unclear`: it has ended, and nobody knows what the
 * Effective Status means: nothing goes on or ends before a person says so.
 */
type DealerStanding = 'requested' | 'stays' | 'ended' | 'not_inactive' | 'unclear';

export interface DealerCancellation {
  account: string;
  cancellationId: string;
  standing: DealerStanding;
  /** Who has requested or withdrawn it. */
  by: string;
  /** For people, such as the parent account's status. */
  reason: string;
}

/** A process that follows the dealer's cancellation. */
export interface CancellationFollower {
  /** Whether it has anything of the dealer: for all others nothing is asked. */
  concerns(account: string): Promise<boolean>;
  /** Told twice, it is the same. */
  follow(cancellation: DealerCancellation): Promise<void>;
}
