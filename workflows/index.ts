export { cancelDealer } from './cancellations/cancelDealer.ts';
export { vinEventStream } from './cancellations/removeFromVinEventStream.ts';
export { setUpAgain } from './cancellations/steps.ts';
export * from './cancellations/vendorProcedures.ts';
export { sendNotice } from './shared/sendNotice.ts';
