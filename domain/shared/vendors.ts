/** The vendors whose integrations we can end, by the names used in the API, in workflow IDs and in search attributes. */

export const integrationKinds = ['crm', 'dms'] as const;
export type IntegrationKind = (typeof integrationKinds)[number];

/** An integration by its kind and the vendor's code, in one word; the vendor may be one that we have no procedure for. */
export function integrationKey({ kind, vendor }: { kind: IntegrationKind; vendor: string }): string {
  return `${kind}/${vendor}`;
}

/** The one of these integrations that has this name, such as `dms/cdk`. */
export function integrationNamed<One extends { kind: IntegrationKind; vendor: string }>(
  integrations: readonly One[],
  name: string,
): One | undefined {
  return integrations.find((one) => integrationKey(one) === name);
}

/** The kind and the vendor's code of an integration's name. */
function partsOf(integration: IntegrationName): { kind: IntegrationKind; vendor: string } {
  const [kind, vendor] = integration.split('/') as [IntegrationKind, string];
  return { kind, vendor };
}

interface Vendor {
  /** As people write it. */
  title: string;
  /** How people, exports and CST write it; upper and lower case, blanks and punctuation do not matter. */
  spellings: readonly string[];
}

/** `<kind>/<vendor>`: Reynolds & Reynolds is both a CRM and a DMS vendor, so the kind is part of the name. */
const vendors = {
  'crm/dealersocket': { title: 'DealerSocket', spellings: ['DealerSocket', 'DealerSocket CRM'] },
  'crm/vinsolutions': {
    title: 'VinSolutions',
    spellings: ['VinSolutions', 'VinSolutions CRM', 'VinSolutions Connect', 'VinSolutions Connect CRM'],
  },
  'crm/elead': {
    title: 'Elead',
    spellings: ['Elead', 'Eleads', 'Elead CRM', 'Elead One', 'Elead1One', 'Elead CDK', 'CDK Elead'],
  },
  'crm/reynolds': {
    title: 'Reynolds & Reynolds CRM',
    spellings: ['Reynolds', 'Reynolds CRM', 'Reynolds & Reynolds', 'Reynolds & Reynolds CRM', 'R&R'],
  },
  'dms/cdk': { title: 'CDK', spellings: ['CDK', 'CDK DMS', 'CDK Drive', 'CDK Global', 'CDK Global Drive'] },
  'dms/dealervault': {
    title: 'DealerVault',
    spellings: ['DealerVault', 'DealerVault (Authenticom)', 'Authenticom DealerVault'],
  },
  'dms/reynolds': {
    title: 'Reynolds & Reynolds direct',
    spellings: [
      'Reynolds',
      'Reynolds DMS',
      'Reynolds direct',
      'Reynolds & Reynolds',
      'Reynolds & Reynolds DMS',
      'Reynolds & Reynolds direct',
      'R&R',
    ],
  },
} satisfies Record<`${IntegrationKind}/${string}`, Vendor>;

export type IntegrationName = keyof typeof vendors;
export const integrationNames = Object.keys(vendors) as readonly IntegrationName[];

const folded = (kind: IntegrationKind, vendor: string) => {
  const letters = vendor
    .toLowerCase()
    .replace(/&(?:amp;)?|\+/g, ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return integrationKey({ kind, vendor: letters });
};

const codeBySpelling = new Map(
  integrationNames.flatMap((name) => {
    const { kind, vendor } = partsOf(name);
    return vendors[name].spellings.map((spelling) => [folded(kind, spelling), vendor] as const);
  }),
);

/**
 * The vendor as it is called in the name of an integration, such as `reynolds` for `Reynolds & Reynolds`.
 * @returns a vendor that we have no procedure for as it is, in lower case
 */
export function vendorCode(kind: IntegrationKind, vendor: string): string {
  return codeBySpelling.get(folded(kind, vendor)) ?? vendor.toLowerCase();
}

/** The vendor's name as people write it, such as `Reynolds & Reynolds direct`. */
export function vendorTitle(integration: IntegrationName): string {
  return vendors[integration].title;
}

/** Whether we have a procedure for this integration. */
export function isIntegrationName(name: string): name is IntegrationName {
  return (integrationNames as readonly string[]).includes(name);
}

export function kindOf(integration: IntegrationName): IntegrationKind {
  return partsOf(integration).kind;
}
