export { cancelDealer } from './cancellations/cancelDealer.ts';
export { removeFromVinEventStream } from './cancellations/removeFromVinEventStream.ts';
export { reinstate } from './cancellations/steps.ts';
export * from './cancellations/vendorProcedures.ts';
export { sendNotice } from './shared/sendNotice.ts';
