import { z } from 'zod';
import { AccountId, DisplayName, VendorDealerId, VendorName, VinSolutionsDealerId } from './inputs.ts';
import { type IntegrationKind, integrationKey, integrationKinds, integrationNamed, vendorCode } from './vendors.ts';

/** A dealer's account with its integrations, as CST (or the service's own registry) knows it. */

/** As it was entered; `gate.ts` says what it means for the gate, also of an empty one. */
const EffectiveStatus = z.string().max(64);

/** Of a dealer whose time zone is not known; only the due dates of tasks depend on it. */
export const defaultTimeZone = 'America/Chicago';

export const TimeZone = z.string().max(64).refine(isTimeZone, 'must be an IANA time zone such as America/Chicago');

/** Making a format is slow, and there are few time zones. */
const timeZones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (timeZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    timeZones.add(name);
    return true;
  } catch {
    return false;
  }
}

const withVendorCode = <One extends { kind: IntegrationKind; vendor: string }>(one: One): One => ({
  ...one,
  vendor: vendorCode(one.kind, one.vendor),
});
const kindAndVendor = { kind: z.enum(integrationKinds), vendor: VendorName };

/** Which integration it is, whatever its ID; the vendor may be one that we have no procedure for. */
export const IntegrationVendor = z.object(kindAndVendor).overwrite(withVendorCode);

/** One integration; a vendor that we have no procedure for is refused when a cancellation starts. */
export const AccountIntegration = z
  .object({
    ...kindAndVendor,
    /** The dealer's ID at the vendor: the CRM ID, the VinSolutions Dealer ID, CDK's 3PA ID, DealerVault's dealer ID. */
    dealerId: VendorDealerId,
    /** Of `dms/cdk` at a dealer that subscribes to our app on Fortellis: its organization there, which is not its 3PA ID. */
    fortellisOrgId: VendorDealerId.optional(),
  })
  .overwrite(withVendorCode)
  .check(({ value: { kind, vendor, dealerId, fortellisOrgId }, issues }) => {
    if (fortellisOrgId !== undefined && integrationKey({ kind, vendor }) !== 'dms/cdk')
      issues.push({ code: 'custom', input: fortellisOrgId, path: ['fortellisOrgId'], message: 'is of dms/cdk only' });
    const own = dealerIdOf(kind, vendor).safeParse(dealerId);
    for (const { message } of own.error?.issues ?? [])
      issues.push({ code: 'custom', input: dealerId, path: ['dealerId'], message });
  });
export type AccountIntegration = z.infer<typeof AccountIntegration>;

/** The identifier that this vendor gives its dealers. */
function dealerIdOf(kind: IntegrationKind, vendor: string) {
  return kind === 'crm' && vendor === 'vinsolutions' ? VinSolutionsDealerId : VendorDealerId;
}

/** A package or a level in people's words: each process says what it entitles to. */
const Entitlement = DisplayName(64).nullable().optional();

const mostIntegrations = 20;

const Integrations = z
  .array(AccountIntegration)
  .max(mostIntegrations)
  .refine((all) => new Set(all.map(integrationKey)).size === all.length, 'names the same integration twice');

export const Account = z.object({
  id: AccountId,
  name: DisplayName(200),
  effectiveStatus: EffectiveStatus,
  /**
   * The parent sales account, whose Effective Status is the gate of the DMS procedures (spec: cancellations.md, "DMS vendors").
   * Only null says that there is none: left out, the dealer's own status would open the gate.
   */
  parentSalesAccountId: z
    .nonoptional(AccountId.nullable().optional(), {
      error: 'is missing: send null for a dealer without a parent sales account',
    })
    .describe('null for a dealer without a parent sales account'),
  timeZone: TimeZone.default(defaultTimeZone),
  integrations: Integrations.default([]),
  package: Entitlement.describe('The dealer’s package, such as Gold; null or left out while it is not known'),
  level: Entitlement.describe('The dealer’s level, such as L5; null or left out while it is not known'),
});
export type Account = z.infer<typeof Account>;

const staysIfLeftOut = 'Left out, it stays as it is stored; null removes it';

/** An account as it is entered: a time zone, integrations, a package and a level that are left out stay as they are stored. */
export const EnteredAccount = Account.extend({
  timeZone: TimeZone.optional().describe(
    `Left out, it stays as it is stored; a new account then has ${defaultTimeZone}`,
  ),
  integrations: Integrations.optional().describe(
    'All integrations of the account. Left out, they stay as they are stored; a new account then has none. [] removes all',
  ),
  package: Entitlement.describe(`The dealer’s package, such as Gold. ${staysIfLeftOut}`),
  level: Entitlement.describe(`The dealer’s level, such as L5. ${staysIfLeftOut}`),
});
export type EnteredAccount = z.infer<typeof EnteredAccount> & {
  /** The kinds that `integrations` lists; those of the other kind stay. Both when absent. */
  kinds?: readonly IntegrationKind[];
  /** Whether an organization at Fortellis that is left out stays as it is stored. */
  keepsFortellisOrgId?: boolean;
};

/**
 * The whole account, with what is left out as it is stored.
 * @param stored undefined for a new account, which gets the defaults
 * @throws Error when it would have more integrations than an account may have
 */
export function completeAccount(
  { kinds = integrationKinds, keepsFortellisOrgId = false, ...entered }: EnteredAccount,
  stored: Pick<Account, 'timeZone' | 'integrations' | 'package' | 'level'> | undefined,
): Account {
  // A row that somebody has damaged must not keep its correction from being saved.
  const before = Array.isArray(stored?.integrations) ? stored.integrations : [];
  const organizationOf = (one: AccountIntegration) => integrationNamed(before, integrationKey(one))?.fortellisOrgId;
  const listed = entered.integrations?.map((one) => {
    const fortellisOrgId = one.fortellisOrgId ?? (keepsFortellisOrgId ? organizationOf(one) : undefined);
    return fortellisOrgId === undefined ? one : { ...one, fortellisOrgId };
  });
  const integrations = listed ? [...before.filter(({ kind }) => !kinds.includes(kind)), ...listed] : before;
  if (integrations.length > mostIntegrations)
    throw new Error(`has more than ${mostIntegrations} integrations, with those that are stored`);
  const kept = (field: 'package' | 'level') => (entered[field] === undefined ? stored?.[field] : entered[field]);
  return {
    ...entered,
    timeZone: entered.timeZone ?? stored?.timeZone ?? defaultTimeZone,
    integrations,
    package: kept('package'),
    level: kept('level'),
  };
}

/** A dealer by its account's ID, and its name. */
export interface DealerName {
  id: string;
  name: string;
}

/** A page of dealers by name. */
export interface DealerNames {
  dealers: DealerName[];
  /** Of the next page; null on the last one. */
  nextCursor: string | null;
  /** False when dealers may be missing from the pages: an odd record, or a full page without a word on more. */
  complete: boolean;
}
