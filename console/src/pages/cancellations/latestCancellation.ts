import type { Dealer } from '../../app/api.ts';

/** The dealer's latest cancellation of an integration, with where that integration stands in it; undefined where there is none. */
export function latestCancellation({ cancellations }: NonNullable<Dealer['cancellations']>, integration: string) {
  for (const cancellation of cancellations) {
    const standing = cancellation.integrations.find((one) => one.integration === integration);
    if (standing) return { cancellation, standing };
  }
  return undefined;
}
