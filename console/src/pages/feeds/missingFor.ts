/** Why the person cannot do this with a feed or an onboarding now; undefined when they can. */
export function missingFor<Action extends string>(
  { allowedActions }: { allowedActions: readonly { action: Action; missing: string | null }[] },
  action: Action,
): string | undefined {
  return allowedActions.find((one) => one.action === action)?.missing ?? undefined;
}
