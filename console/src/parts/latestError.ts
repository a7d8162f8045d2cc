/** The error of the action that was tried last: what went wrong with another one before is over. */
export function latestError(...actions: { submittedAt: number; error: unknown }[]): unknown {
  return actions.toSorted((one, other) => other.submittedAt - one.submittedAt)[0]?.error;
}
