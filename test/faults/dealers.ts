import { type IntegrationName, kindOf } from '../../domain/shared/vendors.ts';
import type { SandboxDealer } from '../../sandbox/shared/dealers.ts';

const vendors = ['crm/vinsolutions', 'crm/elead', 'dms/cdk', 'dms/dealervault', 'crm/dealersocket'] as const;

/** As many made-up dealers as wanted, of each vendor in turn; those of VinSolutions have a DMS too. */
export function manyDealers(count: number): SandboxDealer[] {
  return Array.from({ length: count }, (_, index) => {
    const integration = (name: IntegrationName) => {
      const vendor = name.split('/')[1]!;
      const letters = vendor === 'vinsolutions' ? '' : vendor.toUpperCase();
      return { kind: kindOf(name), vendor, dealerId: `${letters}${1000 + index}` };
    };
    const vendor = vendors[index % vendors.length]!;
    return {
      id: `F-${1000 + index}`,
      name: `Fault ${index} Motors`,
      effectiveStatus: 'Cancelled',
      parentSalesAccountId: null,
      timeZone: 'America/Chicago',
      city: 'Exampletown',
      state: 'TX',
      integrations: [integration(vendor), ...(vendor === 'crm/vinsolutions' ? [integration('dms/reynolds')] : [])],
    };
  });
}
