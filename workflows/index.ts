export { cancelDealer } from './cancellations/cancelDealer.ts';
export { reinstate } from './cancellations/carryOut.ts';
export { reportDataAfterEnd, resolveDataAfterEnd } from './cancellations/dataAfterEnd.ts';
export { removeFromVinEventStream } from './cancellations/removeFromVinEventStream.ts';
export * from './cancellations/vendorProcedures.ts';
export { runScheduled } from './shared/runScheduled.ts';
export { sendNotice } from './shared/sendNotice.ts';
