/** Who may have feeds (spec: proresponse-feeds.md, step 0). */

export const dealerPackages = ['gold', 'platinum', 'silver', 'legacy'] as const;
export type DealerPackage = (typeof dealerPackages)[number];

export const packageTitles: Readonly<Record<DealerPackage, string>> = {
  gold: 'Gold',
  platinum: 'Platinum',
  silver: 'Silver',
  legacy: 'Legacy',
};

/** The levels that have a right to feeds, by package; none for a package that has no right at all. */
const entitledLevels: Readonly<Record<DealerPackage, readonly number[]>> = {
  gold: [5],
  platinum: [5],
  silver: [],
  legacy: [],
};

/** What decides it, in people's words; absent while it is not known. */
export interface DealerEntitlement {
  package?: string;
  level?: string;
}

/** What must be known of a dealer first. */
export type MissingEntitlement = 'package' | 'level';

/** `unknown` is neither: a person finds out what is missing. */
export type Eligibility =
  | { state: 'entitled' }
  | { state: 'not_entitled'; reason: string }
  | { state: 'unknown'; missing: MissingEntitlement[] };

/** Whether a dealer has a right to feeds. */
export function eligibilityOf({ package: named, level }: DealerEntitlement): Eligibility {
  const dealerPackage = readPackage(named);
  const number = readLevel(level);
  if (dealerPackage === undefined)
    return { state: 'unknown', missing: number === undefined ? ['package', 'level'] : ['package'] };
  const title = packageTitles[dealerPackage];
  const levels = entitledLevels[dealerPackage];
  if (levels.length === 0) return { state: 'not_entitled', reason: `Feeds are not available for the package ${title}` };
  if (number === undefined) return { state: 'unknown', missing: ['level'] };
  if (levels.includes(number)) return { state: 'entitled' };
  const needed = levels.map((one) => `L${one}`).join(' or ');
  return {
    state: 'not_entitled',
    reason: `Feeds are available for the package ${title} at level ${needed} only, and the dealer has L${number}`,
  };
}

/** Such as `gold` of `Gold package`; undefined where it is not understood. @internal exported for tests */
export function readPackage(text = ''): DealerPackage | undefined {
  const word = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(?:package|plan|dealer|client|customer)s?\b/g, ' ')
    .trim();
  return dealerPackages.find((one) => one === word);
}

/** Such as 5 of `L5`, `Level 5` or `5`; undefined where it is not understood. */
export function readLevel(text = ''): number | undefined {
  const [, digits] = /^(?:(?:l|lvl|level)[\s._-]*)?0*([1-9]\d?)(?:\s+clients?)?$/i.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
