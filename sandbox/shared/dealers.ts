import type { Account } from '../../domain/shared/accounts.ts';

/** About fifty made-up dealers, across all vendors; none of them exists. */

export interface SandboxDealer extends Account {
  /** Salesforce's parent account, where the dealer has one there. */
  salesforceParentId?: string;
  city: string;
  state: string;
}

const zones = {
  TX: 'America/Chicago',
  CA: 'America/Los_Angeles',
  NY: 'America/New_York',
  CO: 'America/Denver',
  AZ: 'America/Phoenix',
  FL: 'America/New_York',
  MI: 'America/Detroit',
  HI: 'Pacific/Honolulu',
};

/** `vendors`: `crm/elead=4711` and so on, with blanks between them. */
function dealer(
  id: string,
  name: string,
  effectiveStatus: string,
  place: [city: string, state: keyof typeof zones],
  vendors: string,
  more: {
    parent?: string;
    salesforceParentId?: string;
    fortellisOrgId?: string;
    package?: string;
    level?: string;
  } = {},
): SandboxDealer {
  const integrations = vendors
    .split(' ')
    .filter(Boolean)
    .map((text) => {
      const [, kind, vendor, dealerId] = /^(crm|dms)\/([a-z]+)=(.+)$/.exec(text)!;
      const { fortellisOrgId } = vendor === 'cdk' ? more : {};
      return {
        kind: kind as 'crm' | 'dms',
        vendor: vendor!,
        dealerId: dealerId!,
        ...(fortellisOrgId && { fortellisOrgId }),
      };
    });
  return {
    id,
    name,
    effectiveStatus,
    parentSalesAccountId: more.parent ?? null,
    timeZone: zones[place[1]],
    integrations,
    salesforceParentId: more.salesforceParentId,
    ...(more.package && { package: more.package }),
    ...(more.level && { level: more.level }),
    city: place[0],
    state: place[1],
  };
}

/** What the first steps show: an account, and what happens when it is canceled. */
export const dealersToTry: readonly [account: string, what: string][] = [
  ['D-1104', 'VinSolutions: an automatic part and a task'],
  ['D-1003', 'DealerSocket: a task with a form'],
  ['D-1201', 'Elead: an email, and nobody has to act'],
  ['D-1402', 'CDK: a task, then the clean-up in CST'],
  ['D-1501', 'DealerVault: a task for each feed'],
  ['D-1004', 'DealerSocket and DealerVault: several vendors at once'],
  ['D-1401', 'CDK, blocked: its parent account is Active'],
  ['D-1603', 'Reynolds & Reynolds: a status that a person must check'],
];

/** Of whom a newcomer can request feeds: an account, and what its onboarding does first. */
export const dealersToOnboard: readonly [account: string, what: string][] = [
  ['D-2001', 'IDS: ProResponse is asked at once, for what the request says'],
  ['D-2006', 'IDS: T2 support is asked first, since its record has no package and no level'],
];

/** Its tasks are due within seconds in `npm start`, so that the demo leaves one that is really late. */
export const dealerWithLateTask = 'D-1905';

export const sandboxDealers: SandboxDealer[] = [
  // Parent sales accounts: their Effective Status is the gate of the DMS procedures. D-1603's is one that a person must look at.
  dealer('P-100', 'Brightwater Automotive', 'Cancelled', ['Lakeport', 'TX'], ''),
  dealer('P-200', 'Cedar Ridge Motors Group', 'Active', ['Cedar Ridge', 'CO'], ''),
  dealer('P-300', 'Harborline Marine Holdings', 'Inactive', ['Bay Harbor', 'FL'], ''),
  dealer('P-400', 'Prairie Wind RV Holdings', 'Active', ['Westfield', 'MI'], ''),
  // DealerSocket: a parent in Salesforce, a group known only by CST's names, none.
  dealer('D-1001', 'Brightwater Honda of Lakeport', 'Cancelled', ['Lakeport', 'TX'], 'crm/dealersocket=555101', {
    parent: 'P-100',
    salesforceParentId: '001SBX0000P100',
  }),
  dealer(
    'D-1002',
    'Brightwater Kia of Fairview',
    'Cancelled',
    ['Fairview', 'TX'],
    'crm/dealersocket=555102 dms/cdk=3PA0000102',
    { parent: 'P-100' },
  ),
  dealer('D-1003', 'Juniper Ford', 'Cancelled', ['Juniper', 'AZ'], 'crm/dealersocket=555103'),
  dealer(
    'D-1004',
    'Lone Star Chevrolet',
    'Cancelled',
    ['Amity', 'TX'],
    'crm/dealersocket=555104 dms/dealervault=DV10104',
  ),
  // VinSolutions.
  dealer(
    'D-1101',
    'Brightwater Toyota of Lakeport',
    'Cancelled',
    ['Lakeport', 'TX'],
    'crm/vinsolutions=555201 dms/cdk=3PA0000201',
    { parent: 'P-100' },
  ),
  dealer(
    'D-1102',
    'Cedar Ridge Subaru',
    'Active',
    ['Cedar Ridge', 'CO'],
    'crm/vinsolutions=555202 dms/dealervault=DV10202',
    { parent: 'P-200', salesforceParentId: '001SBX0000P200' },
  ),
  dealer('D-1103', 'Maple Street Mazda', 'Cancelled', ['Oakdale', 'MI'], 'crm/vinsolutions=555203'),
  dealer('D-1104', 'Pelican Bay Nissan', 'Cancelled', ['Pelican Bay', 'FL'], 'crm/vinsolutions=555204'),
  dealer(
    'D-1105',
    'Redwood Hyundai',
    'Cancelled',
    ['Redwood Falls', 'CA'],
    'crm/vinsolutions=555205 dms/reynolds=RR30205',
  ),
  // Elead.
  dealer('D-1201', 'Silver Lake Buick', 'Cancelled', ['Silver Lake', 'NY'], 'crm/elead=555301'),
  dealer('D-1202', 'Canyon View GMC', 'Cancelled', ['Canyon View', 'AZ'], 'crm/elead=555302 dms/cdk=3PA0000302'),
  dealer('D-1203', 'Harborline Lexus', 'Inactive', ['Bay Harbor', 'FL'], 'crm/elead=555303 dms/dealervault=DV10303', {
    parent: 'P-300',
  }),
  dealer('D-1204', 'Aloha Coast Jeep', 'Cancelled', ['Hanaport', 'HI'], 'crm/elead=555304'),
  // Reynolds & Reynolds CRM.
  dealer('D-1301', 'Northgate Cadillac', 'Cancelled', ['Northgate', 'NY'], 'crm/reynolds=555401 dms/reynolds=RR30401'),
  dealer('D-1302', 'Summit Peak Audi', 'Cancelled', ['Summit Peak', 'CO'], 'crm/reynolds=555402'),
  // CDK.
  dealer('D-1401', 'Cedar Ridge Volkswagen', 'Active', ['Cedar Ridge', 'CO'], 'dms/cdk=3PA0000401', {
    parent: 'P-200',
  }),
  dealer('D-1402', 'Blue Heron Volvo', 'Cancelled', ['Heron', 'NY'], 'dms/cdk=3PA0000402'),
  dealer('D-1403', 'Harborline Boston Whaler', 'Inactive', ['Bay Harbor', 'FL'], 'dms/cdk=3PA0000403', {
    parent: 'P-300',
  }),
  // CDK by Fortellis.
  dealer('D-1404', 'Copper Basin Ram', 'Cancelled', ['Copper Basin', 'AZ'], 'dms/cdk=3PA0000404', {
    fortellisOrgId: '00000000-0000-4000-8000-000000001404',
  }),
  // DealerVault.
  dealer('D-1501', 'Brightwater Acura of Lakeport', 'Cancelled', ['Lakeport', 'TX'], 'dms/dealervault=DV10501', {
    parent: 'P-100',
  }),
  dealer('D-1502', 'Prairie Wind Winnebago', 'Active', ['Westfield', 'MI'], 'dms/dealervault=DV10502', {
    parent: 'P-400',
  }),
  dealer(
    'D-1503',
    'Desert Rose Airstream',
    'Cancelled',
    ['Desert Rose', 'AZ'],
    'dms/dealervault=DV10503 crm/elead=555503',
  ),
  // Reynolds & Reynolds direct.
  dealer('D-1601', 'Old Mill Lincoln', 'Cancelled', ['Old Mill', 'MI'], 'dms/reynolds=RR30601'),
  dealer('D-1603', 'Birchwood Chrysler', 'Pending Cancellation', ['Birchwood', 'NY'], 'dms/reynolds=RR30603'),
  dealer('D-1602', 'Cedar Ridge Porsche', 'Active', ['Cedar Ridge', 'CO'], 'dms/reynolds=RR30602', { parent: 'P-200' }),
  // RV and boat dealers.
  dealer('D-1701', 'Prairie Wind RV', 'Cancelled', ['Westfield', 'MI'], 'crm/dealersocket=555701'),
  dealer(
    'D-1702',
    'Harborline Marine',
    'Inactive',
    ['Bay Harbor', 'FL'],
    'crm/vinsolutions=555702 dms/dealervault=DV10702',
    { parent: 'P-300' },
  ),
  dealer(
    'D-1703',
    'Big Pine Jayco',
    'Cancelled',
    ['Big Pine', 'CA'],
    'crm/elead=555703 crm/dealersocket=555704 dms/cdk=3PA0000703',
  ),
  // A vendor that nobody has a procedure for.
  dealer('D-1801', 'Quiet Harbor Sea Ray', 'Cancelled', ['Quiet Harbor', 'FL'], 'crm/leadpilot=555801'),
  // The demo leaves their tasks open.
  dealer('P-500', 'Lighthouse Powersports Group', 'Active', ['Seaview', 'CA'], ''),
  dealer('D-1901', 'Stonebridge Fiat', 'Cancelled', ['Stonebridge', 'AZ'], 'crm/dealersocket=555901'),
  dealer('D-1902', 'Ironwood Toyota', 'Cancelled', ['Ironwood', 'MI'], 'crm/vinsolutions=555902'),
  dealer('D-1903', 'Clover Hill Kia', 'Cancelled', ['Clover Hill', 'NY'], 'dms/dealervault=DV10903'),
  dealer('D-1904', 'Sandpiper Mitsubishi', 'Cancelled', ['Sandpiper Beach', 'FL'], 'dms/cdk=3PA0000904'),
  dealer('D-1905', 'Granite Falls Infiniti', 'Cancelled', ['Granite Falls', 'CO'], 'crm/dealersocket=555905'),
  dealer('D-1906', 'Lighthouse Powersports of Amity', 'Active', ['Amity', 'TX'], 'dms/dealervault=DV10906', {
    parent: 'P-500',
  }),
  // Feeds through ProResponse: entitled in several spellings, not entitled, and not known.
  dealer('D-2001', 'Tamarack RV Center', 'Active', ['Tamarack', 'CO'], 'dms/ids=IDS2001 crm/leadpilot=555001', {
    package: 'Gold',
    level: 'L5',
  }),
  dealer('D-2002', 'Cypress Bay Marine', 'Active', ['Cypress Bay', 'FL'], 'dms/motility=MOT2002', {
    package: 'Platinum',
    level: 'Level 5',
  }),
  dealer('D-2003', 'Timberline Powersports', 'Active', ['Timberline', 'MI'], 'dms/automate=AUT2003', {
    package: 'gold',
    level: '5',
  }),
  dealer('D-2004', 'Mesa Verde Trailers', 'Active', ['Mesa', 'AZ'], 'dms/ids=IDS2004', {
    package: 'Silver',
    level: 'L5',
  }),
  dealer('D-2005', 'Wayfarer Boats', 'Active', ['Wayfarer', 'NY'], 'dms/ids=IDS2005', { package: 'Legacy' }),
  dealer('D-2006', 'Kestrel Camper World', 'Active', ['Kestrel', 'CA'], 'dms/ids=IDS2006'),
  dealer('D-2007', 'Lakeside Pontoons', 'Active', ['Lakeside', 'MI'], 'dms/ids=IDS2007', {
    package: 'Gold',
    level: 'L3',
  }),
  // Their feeds deliver every minute in `npm start`.
  dealer('D-2101', 'Thistledown RV', 'Active', ['Thistledown', 'AZ'], 'dms/ids=IDS2101', {
    package: 'Platinum',
    level: 'L5',
  }),
  dealer('D-2102', 'Marrowstone Marine', 'Active', ['Marrowstone', 'FL'], 'dms/motility=MOT2102', {
    package: 'Gold',
    level: 'L5',
  }),
  // The demo's dealer; its leads go to a CRM.
  dealer('D-2103', 'Bramblewood Campers', 'Active', ['Bramblewood', 'NY'], 'dms/ids=IDS2103 crm/elead=555305', {
    package: 'Gold',
    level: 'L5',
  }),
];
