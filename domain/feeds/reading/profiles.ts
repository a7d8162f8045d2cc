import type { FeedDms, FeedKind } from '../feeds.ts';

/**
 * Which columns of a DMS's files are read, in one place (spec: proresponse-feeds.md). Names are compared without regard to case and to
 * everything but letters and digits. Of several columns for one field the first that has a value counts, in this order.
 */

/** What is read of a row of either kind. */
const customerColumns = {
  customerNumber: [
    'CustomerNumber',
    'Customer No',
    'CustomerID',
    'CustNo',
    'CustNum',
    'CustNumber',
    'CustID',
    'BuyerNo',
    'BuyerNumber',
    'Buyer.ID',
  ],
  firstName: [
    'CustomerFirst',
    'CustomerFirstName',
    'First Name',
    'First',
    'FName',
    'CustFirst',
    'CustFirstName',
    'BuyerFirst',
    'BuyerFirstName',
  ],
  lastName: [
    'CustomerLast',
    'CustomerLastName',
    'Last Name',
    'Last',
    'LName',
    'CustLast',
    'CustLastName',
    'BuyerLast',
    'BuyerLastName',
  ],
  fullName: ['CustomerName', 'CustName', 'BuyerName', 'FullName', 'Name', 'Customer', 'Buyer'],
  company: ['Company', 'CompanyName', 'CustomerCompany', 'BusinessName', 'Business'],
  email: [
    'Email',
    'EmailAddress',
    'CustomerEmail',
    'CustEmail',
    'BuyerEmail',
    'EmailAddr',
    'Email1',
    'HomeEmail',
    'Email2',
    'WorkEmail',
  ],
  // A person's own before what a household or a company shares.
  phone: [
    'Cell',
    'CellPhone',
    'CellNumber',
    'Mobile',
    'MobilePhone',
    'CustomerCell',
    'Phone',
    'PhoneNumber',
    'CustomerPhone',
    'CustPhone',
    'BuyerPhone',
    'Telephone',
    'Phone1',
    'HomePhone',
    'CustomerHomePhone',
    'Phone2',
    'WorkPhone',
    'BusinessPhone',
  ],
  postalCode: [
    'Zip',
    'ZipCode',
    'PostalCode',
    'Postal',
    'CustomerZip',
    'CustZip',
    'BuyerZip',
    'CustomerPostalCode',
    'Postcode',
  ],
} as const;

const unitColumns = {
  // Boats have hull numbers, trailers and motors serial numbers.
  vin: [
    'VIN',
    'VINNumber',
    'UnitVIN',
    'VehicleVIN',
    'VIN.Serial',
    'HIN',
    'HullID',
    'HullNumber',
    'SerialNumber',
    'SerialNo',
    'Serial',
  ],
  stockNumber: [
    'StockNo',
    'StockNumber',
    'Stock',
    'StockNum',
    'StockID',
    'StkNo',
    'UnitStockNo',
    'UnitNumber',
    'UnitNo',
  ],
  unitYear: ['Year', 'ModelYear', 'UnitYear', 'VehicleYear', 'Yr'],
  unitMake: ['Make', 'UnitMake', 'VehicleMake', 'Brand'],
  manufacturer: ['Mfg', 'Mfr', 'Manufacturer', 'UnitMfg', 'UnitManufacturer', 'MfgName'],
  unitModel: ['Model', 'ModelName', 'UnitModel', 'VehicleModel', 'ModelNumber', 'ModelNo'],
  unitType: ['Type', 'UnitType', 'VehicleType', 'Class', 'UnitClass'],
} as const;

const saleColumns = {
  dealNumber: ['DealNumber', 'DealNo', 'Deal', 'DealNum', 'DealID', 'ContractNumber', 'ContractNo'],
  amountFinanced: ['Amount.Financed', 'AmtFinanced'],
  term: ['Term', 'TermMonths', 'FinanceTerm'],
  monthlyPayment: ['Monthly Payment', 'MonthlyPmt'],
  finalPaymentOn: ['LastPayment', 'LastPaymentDate', 'FinalPaymentDate'],
} as const;

const workOrderColumns = {
  workOrderNumber: ['WONumber', 'WONo', 'WorkOrderNumber', 'WorkOrderNo', 'RONumber', 'RONo', 'RepairOrderNumber'],
  amount: ['RO.Amount', 'ROTotal', 'WOAmount', 'WOTotal'],
  // Opened before closed: the day of a work order stays the same when it is closed.
  date: [
    'WODate',
    'RO.Date',
    'WorkOrderDate',
    'Date',
    'DateOpened',
    'OpenDate',
    'OpenedDate',
    'DateIn',
    'ServiceDate',
    'DateClosed',
    'CloseDate',
    'ClosedDate',
    'DateCompleted',
    'CompletedDate',
    'InvoiceDate',
  ],
} as const;

const sales = (date: string) => ({ ...customerColumns, ...unitColumns, ...saleColumns, date: [date] as const });
const service = { ...customerColumns, ...unitColumns, ...workOrderColumns };

export type FeedField =
  | keyof typeof customerColumns
  | keyof typeof unitColumns
  | keyof typeof saleColumns
  | keyof typeof workOrderColumns;
export type FieldColumns = Readonly<Partial<Record<FeedField, readonly string[]>>>;

export const feedProfiles: Readonly<Record<FeedDms, Readonly<Partial<Record<FeedKind, FieldColumns>>>>> = {
  ids: { sales: sales('SoldDate'), service },
  automate: { sales: sales('SoldDate') },
  motility: { sales: sales('Contract Signing Date'), service },
};

/**
 * Columns without which no row is read. Without the column `Amount.Financed` every sale would look like a cash purchase. A work
 * order has one of two, by which its file is known.
 */
export const requiredFields: Readonly<Record<FeedKind, readonly FeedField[]>> = {
  sales: ['date', 'amountFinanced'],
  service: [],
};

/** Grows when rows of the same file would be read otherwise: all of them are then read again. */
export const mappingVersion = 1;

/** By which columns a file's kind is known, whatever its DMS (spec: proresponse-feeds.md). */
export const kindColumns: Readonly<Record<FeedKind, readonly string[]>> = {
  sales: ['SoldDate', 'Contract Signing Date'],
  service: ['WONumber', 'RO.Amount'],
};
