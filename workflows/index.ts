export * from './cancellations.ts';
export { cancelDealer } from './dealer.ts';
export { sendNotice } from './notices.ts';
export { setUpAgain } from './steps/procedure.ts';
export { vinEventStream } from './vinEventStream.ts';
