export * from './cancellations.ts';
export { vinEventStream } from './vinEventStream.ts';
