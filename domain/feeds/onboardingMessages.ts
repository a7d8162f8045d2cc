import type { FeedDms, FeedKind } from './feeds.ts';
import type { FileLocation, PermissionOutcome } from './onboarding.ts';

/** The messages that `onboardFeed` takes, by the names under which they are sent. */

export interface OnboardFeedStart {
  onboardingId: string;
  account: string;
  dms: FeedDms;
  /** None where the request did not say; whom ProResponse may ask is in the tables only. */
  kinds: FeedKind[];
}

interface FromPerson {
  /** Under one workflow ID there may have been an earlier one, which refuses it. */
  onboardingId: string;
  by: string;
  /** ISO 8601: a message that arrives later is not carried out any more. */
  expiresAt: string;
}

/** Updates, each refused with an `OnboardingRefusal`. */
export interface OnboardingUpdates {
  /** Another request for the same dealer and DMS; what it says of the contact is in the tables. Safe to send twice. */
  joinOnboarding: FromPerson & {
    kinds: FeedKind[];
    /** Whether it says of the contact, or of the dealer's right, what was not known. */
    saysMore: boolean;
  };
  /** What the dealer has said: in whose words is in the tables, under this ID. Safe to send twice. */
  recordPermission: FromPerson & { permissionId: string; outcome: PermissionOutcome; on: string };
  /** A file is on the server: it is looked at now. */
  reportFirstFile: FromPerson & { location?: FileLocation };
  /** Nobody wants the feeds any more. */
  withdrawOnboarding: FromPerson & { reason: string };
}

/** Answers of `joinOnboarding`: which kinds it has now, and which come too late, since ProResponse was asked for the others. */
export interface JoinedOnboarding {
  kinds: FeedKind[];
  tooLate: FeedKind[];
}

/** Signals. */
export interface OnboardingSignals {
  /** From another process, such as a cancellation of the dealer: as if it were withdrawn. */
  endOnboarding: { by: string; reason: string };
}

/** Types of the `ApplicationFailure` with which an Update is refused; the message says what to do. */
export type OnboardingRefusal = 'expired' | 'wrong_state' | 'ended';
