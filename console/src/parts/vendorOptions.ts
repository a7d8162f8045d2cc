import { integrationNames, vendorTitle } from '../../../domain/shared/vendors.ts';

/** The vendors, as a list's filter offers them. */
export const vendorOptions = [
  { value: '', label: 'All vendors' },
  ...integrationNames.map((value) => ({ value, label: vendorTitle(value) })),
];
