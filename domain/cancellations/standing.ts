import { type IntegrationState, openIntegrationStates } from './cancellations.ts';

/** Where one integration stands, as people see it. */
export interface Standing {
  /** While what was done is being reinstated: as it ends. */
  state: IntegrationState;
  /** Whether what was done before its end is still being reinstated. */
  reinstating: boolean;
}

/** The least done of what has ended is said first, since somebody may have to look at it. */
const endsInOrder = ['not_completed', 'blocked', 'ended', 'withdrawn'] as const;

/**
 * Where a cancellation as a whole stands.
 * @param cancellation with `isWithdrawn`: as a whole, and not requested again since
 */
export function standingOf(
  { isOpen, isWithdrawn }: { isOpen: boolean; isWithdrawn: boolean },
  integrations: readonly Standing[],
): Standing {
  const reinstating = isOpen && integrations.some((one) => one.reinstating);
  if (isWithdrawn) return { state: 'withdrawn', reinstating };
  const states = integrations.map(({ state }) => state);
  const open = openIntegrationStates.find((state) => states.includes(state));
  if (open) return { state: open, reinstating: false };
  const end = endsInOrder.find((state) => states.includes(state));
  // Its integrations are not recorded yet.
  if (!end || (isOpen && !reinstating)) return { state: 'in_progress', reinstating: false };
  return { state: end, reinstating };
}
