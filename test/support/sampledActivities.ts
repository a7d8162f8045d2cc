import type { SampledActivity } from '../../domain/feeds/reports.ts';

/** A cash sale of which a file says nothing else; its contact is to be created. */
export const bareSale: SampledActivity = {
  ...{ type: 'sold_unit', occurredOn: '2030-01-10', isNumberDerived: false },
  ...{ amountFinanced: null, term: null, monthlyPayment: null, finalPaymentOn: null },
  ...{ workOrderNumber: null, amount: null, vin: null, stockNumber: null },
  ...{ unitYear: null, unitMake: null, unitModel: null, unitType: null, description: null },
  ...{ contactRule: 'created', contactCandidates: 0 },
  contact: {
    ...{ customerNumber: null, firstName: null, lastName: null, company: null },
    ...{ email: null, phone: null, postalCode: null },
  },
};
