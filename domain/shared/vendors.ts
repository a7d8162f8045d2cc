/** The vendors whose integrations we can end, by the names used in the API, in workflow IDs and in search attributes. */

/** `<kind>/<vendor>`: Reynolds & Reynolds is both a CRM and a DMS vendor, so the kind is part of the name. */
export const integrationNames = [
  'crm/dealersocket',
  'crm/vinsolutions',
  'crm/elead',
  'crm/reynolds',
  'dms/cdk',
  'dms/dealervault',
  'dms/reynolds',
] as const;

export type IntegrationName = (typeof integrationNames)[number];
export type IntegrationKind = 'crm' | 'dms';

/** An integration by its kind and the vendor's code, in one word; the vendor may be one that we have no procedure for. */
export function integrationKey({ kind, vendor }: { kind: IntegrationKind; vendor: string }): string {
  return `${kind}/${vendor}`;
}

/** The kind and the vendor's code of an integration's name. */
export function partsOf(integration: IntegrationName): { kind: IntegrationKind; vendor: string } {
  const [kind, vendor] = integration.split('/') as [IntegrationKind, string];
  return { kind, vendor };
}

const titles: Record<IntegrationName, string> = {
  'crm/dealersocket': 'DealerSocket',
  'crm/vinsolutions': 'VinSolutions',
  'crm/elead': 'Elead',
  'crm/reynolds': 'Reynolds & Reynolds CRM',
  'dms/cdk': 'CDK',
  'dms/dealervault': 'DealerVault',
  'dms/reynolds': 'Reynolds & Reynolds direct',
};

/** How people, exports and CST write the vendors; upper and lower case, blanks and punctuation do not matter. */
const spellings: Record<IntegrationName, readonly string[]> = {
  'crm/dealersocket': ['DealerSocket', 'DealerSocket CRM'],
  'crm/vinsolutions': ['VinSolutions', 'VinSolutions CRM', 'VinSolutions Connect', 'VinSolutions Connect CRM'],
  'crm/elead': ['Elead', 'Eleads', 'Elead CRM', 'Elead One', 'Elead1One', 'Elead CDK', 'CDK Elead'],
  'crm/reynolds': ['Reynolds', 'Reynolds CRM', 'Reynolds & Reynolds', 'Reynolds & Reynolds CRM', 'R&R'],
  'dms/cdk': ['CDK', 'CDK DMS', 'CDK Drive', 'CDK Global', 'CDK Global Drive'],
  'dms/dealervault': ['DealerVault', 'DealerVault (Authenticom)', 'Authenticom DealerVault'],
  'dms/reynolds': [
    'Reynolds',
    'Reynolds DMS',
    'Reynolds direct',
    'Reynolds & Reynolds',
    'Reynolds & Reynolds DMS',
    'Reynolds & Reynolds direct',
    'R&R',
  ],
};

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
    return spellings[name].map((spelling) => [folded(kind, spelling), vendor] as const);
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
  return titles[integration];
}

/** Whether we have a procedure for this integration. */
export function isIntegrationName(name: string): name is IntegrationName {
  return (integrationNames as readonly string[]).includes(name);
}

export function kindOf(integration: IntegrationName): IntegrationKind {
  return partsOf(integration).kind;
}

/** The procedure's steps in the order in which they happen, by the name under which they appear everywhere. */
export const procedureSteps: Record<IntegrationName, readonly StepName[]> = {
  'crm/dealersocket': ['group-question', 'dealersocket-form'],
  'crm/vinsolutions': ['vin-event-stream', 'vinsolutions-portal'],
  'crm/elead': ['elead-mail'],
  'crm/reynolds': ['finance-terminates'],
  'dms/cdk': ['gate', 'cdk-case', 'cdk-clean-up'],
  'dms/dealervault': ['gate', 'dealervault-sales', 'dealervault-service'],
  'dms/reynolds': ['gate', 'finance-terminates'],
};

export type StepName = keyof typeof stepTitles;

export const stepTitles = {
  gate: 'Parent sales account is not Active',
  'group-question': 'Answer "Part of a group?"',
  'dealersocket-form': 'Submit the DealerSocket cancellation form',
  'vin-event-stream': 'Part 1: remove from Vin Event Stream',
  'vinsolutions-portal': 'Part 2: Connect Event Cancellation Request',
  'elead-mail': 'Mail the cancellation request to Elead',
  'finance-terminates': 'Finance terminates with the vendor',
  'cdk-case': 'Create the CDK case to uninstall',
  'cdk-clean-up': "Clean up the DMS provider in CST's DMS Provider tab",
  'dealervault-sales': 'Deactivate the Sales feed',
  'dealervault-service': 'Deactivate the Service feed',
  reinstate: 'Reinstate the integration',
} as const;
