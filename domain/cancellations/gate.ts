/** The gate of the DMS vendors: whether a parent sales account's Effective Status lets a feed be ended (spec: cancellations.md, "DMS vendors"). */

/** `not-understood` is closed too: a person looks. */
export type GateAnswer = 'open' | 'active' | 'not-understood';

/** Why a claim is refused at the gate, as the API names it. */
export type GateCode = 'account-active' | 'status-not-understood';

export interface Gate {
  /** The account whose status it is. */
  account: string;
  /** Its status for people: in quotes, with what cannot be seen as escapes, where it is not plain; bounded. */
  status: string;
  answer: GateAnswer;
}

/** Statuses that open the gate where no others are configured. */
export const defaultInactiveStatuses: readonly string[] = [
  'Cancelled',
  'Canceled',
  'Inactive',
  'Terminated',
  'Churned',
  'Closed',
];

const mostShown = 100;

/**
 * What the gate answers. It opens only for a status that is on the list, so that a new, damaged, empty or missing one blocks.
 * @param inactive the statuses that mean that the account is not active, as they were configured
 */
export function gateOf(
  { id, effectiveStatus }: { id: string; effectiveStatus: string | null },
  inactive: readonly string[],
): Gate {
  const status = normalizedStatus(effectiveStatus ?? '');
  const answer = isActive(status)
    ? 'active'
    : status !== '' && inactive.some((one) => normalizedStatus(one) === status)
      ? 'open'
      : 'not-understood';
  const shown = shownStatus(effectiveStatus);
  const plain = answer !== 'not-understood' && shown === `"${effectiveStatus?.trim()}"`;
  return { account: id, status: plain ? effectiveStatus! : shown, answer };
}

/**
 * Checks the configured list of statuses.
 * @returns what is wrong with it, undefined when nothing is: an entry that is empty, or that is read as Active
 */
export function problemWithInactiveStatuses(inactive: readonly string[]): string | undefined {
  if (inactive.some((one) => normalizedStatus(one) === '')) return 'has an empty status between its commas';
  const active = inactive.find((one) => isActive(normalizedStatus(one)));
  if (active !== undefined) return `holds ${shownStatus(active)}: Active must never open the gate`;
  return undefined;
}

function isActive(normalized: string): boolean {
  return normalized === 'active';
}

/** Compatibility forms, invisible characters, case and spaces do not matter; letters that only look alike do. */
function normalizedStatus(status: string): string {
  return status
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** So that a person sees what is there: all but printable ASCII is escaped, also a letter that only looks like one. */
function shownStatus(status: string | null): string {
  if (status === null) return '(missing)';
  const escaped = JSON.stringify(status.slice(0, mostShown)).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return status.length > mostShown ? `${escaped}...` : escaped;
}
